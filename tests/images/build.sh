#!/usr/bin/env bash
# Builds one rendered Dockerfile for real and uses the Python in it. The Dockerfile has to start from debian:SUITE-slim.
#
#   pybump demo --keep DIR
#   (in DIR/versions.json, give 3.13 the version 3.13.5 and the SHA-256 that python.org publishes for its source)
#   pybump render -C DIR 3.13
#   sudo tests/images/build.sh DIR/3.13/slim-trixie/Dockerfile
#
# What it needs from outside is Debian alone, by way of this machine's own apt configuration (mirror, proxy, certificates):
# debootstrap makes the base image, and Debian's source package of the series is where the untouched upstream tarball,
# its signature and the release manager's key come from. They are served on loopback, laid out like python.org. It shows
# that the build stops at a wrong digest, that the right one builds (OpenPGP check included where the Dockerfile has one),
# and that interpreter, pip and the modules with libraries behind them run. It takes minutes and leaves nothing behind.
#
# Needs root, debootstrap, buildah and python3, and these where the defaults do not fit:
#   DEBIAN_MIRROR      the Debian mirror; default: the first one that apt is configured with
#   PYTHON_TARBALL     Python-VERSION.tar.xz, if Debian's package has moved on; PYTHON_TARBALL.asc may lie beside it
#   CONFIGURE_OPTS     default: --disable-optimizations --without-lto
set -euo pipefail
export LC_ALL=C BUILDAH_ISOLATION=chroot

say() { printf 'build: %4ds  %s\n' "$SECONDS" "$*"; }

fail() {
	say "FAILED: $*" >&2
	exit 1
}

# Runs a command quietly: its output is shown when it fails.
quietly() {
	local log="$work/log"
	"$@" > "$log" 2>&1 || {
		tail -n 40 "$log" >&2
		fail "$*"
	}
}

clean_up() {
	[ -z "$server" ] || kill "$server" 2> /dev/null || true
	[ ! -d "$work/storage" ] || "${buildah[@]}" umount --all > /dev/null 2>&1 || true
	rm -rf --one-file-system "$work"
}

debian_mirror() {
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(SITE)' 'Identifier: Packages' 'Origin: Debian' | sed -n '/security/d; p; q'
}

# The base image, made by debootstrap, with what apt needs on this machine to reach the mirror.
make_base() {
	local image="$1" suite="$2" container root
	container="$("${buildah[@]}" from scratch)"
	root="$("${buildah[@]}" mount "$container")"
	quietly debootstrap --variant=minbase "$suite" "$root" "$mirror"
	apt-config dump --format '%F "%v";%n' Acquire::http Acquire::https Acquire::Check-Date Acquire::Check-Valid-Until \
		Acquire::Retries > "$root/etc/apt/apt.conf.d/90-host"
	if [[ "$mirror" == https:* ]]; then
		cp /etc/ssl/certs/ca-certificates.crt "$root/etc/apt/host-certificates.crt"
		echo 'Acquire::https::CaInfo "/etc/apt/host-certificates.crt";' >> "$root/etc/apt/apt.conf.d/90-host"
	fi
	rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb
	"${buildah[@]}" umount "$container" > /dev/null
	quietly "${buildah[@]}" commit --rm "$container" "$image"
}

# Puts Debian's source package of the series into $work/source.
fetch_source() {
	local suite="$1" package="$2" apt=(apt-get -q
		-o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any
		-o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache")
	mkdir -p "$work/source" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$work/apt/sources.list"
	quietly "${apt[@]}" update
	(cd "$work/source" && quietly "${apt[@]}" source --download-only "$package")
}

# Lays the tarball out as python.org does, and its signer's key as a key server does.
fill_site() {
	local folder="$work/site/${version%%[a-z]*}" tarball="${PYTHON_TARBALL:-}" packaging
	mkdir -p "$folder" "$work/site/pks"
	if [ -z "$tarball" ]; then
		fetch_source "$suite" "python$series"
		tarball="$work/source/python${series}_$version.orig.tar.xz"
		[ -f "$tarball" ] || fail "$suite's source package is not at $version: set PYTHON_TARBALL (found: $(cd "$work/source" && echo *))"
		packaging="$(find "$work/source" -name '*.debian.tar.xz')"
		tar -xJOf "$packaging" debian/upstream/signing-key.asc > "$work/site/pks/lookup"
	fi
	cp "$tarball" "$folder/Python-$version.tar.xz"
	[ ! -f "$tarball.asc" ] || cp "$tarball.asc" "$folder/Python-$version.tar.xz.asc"
}

# Serves $work/site on loopback and sets $server and $port.
serve_site() {
	: > "$work/server.log"
	python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/site" > "$work/server.log" 2>&1 &
	server=$!
	for _ in $(seq 100); do
		port="$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/server.log")"
		[ -z "$port" ] || return 0
		kill -0 "$server" 2> /dev/null || break
		sleep 0.1
	done
	cat "$work/server.log" >&2
	fail "the loopback server did not start"
}

build_image() {
	local file="$1" image="$2"
	"${buildah[@]}" build --pull=never --file "$file" --tag "$image" "${build_args[@]}" "$work/context"
}

# A Dockerfile with another digest must not get past the check of the downloaded bytes.
refuse_wrong_digest() {
	local wrong="$work/Dockerfile.wrong" digit=0
	if grep -q '^ENV PYTHON_SHA256=0' "$dockerfile"; then digit=1; fi
	sed "s/^\(ENV PYTHON_SHA256=\)./\1$digit/" "$dockerfile" > "$wrong"
	if build_image "$wrong" wrong-digest > "$work/log" 2>&1; then fail "a wrong SHA-256 was built"; fi
	grep -qxF 'python.tar.xz: FAILED' "$work/log" || {
		tail -n 40 "$work/log" >&2
		fail "the build with a wrong SHA-256 failed, but not at its check"
	}
	if grep -q 'configure: \|checking build system' "$work/log"; then fail "a wrong SHA-256 got as far as configure"; fi
}

in_image() { "${buildah[@]}" run "$container" -- "$@"; }

use_image() {
	local found
	container="$("${buildah[@]}" from --pull=never "$1")"
	for name in python pip idle pydoc python-config; do
		in_image test -x "/usr/local/bin/$name" || fail "$name is missing"
	done
	for name in gcc make wget gpg; do
		in_image sh -c "! command -v $name" || fail "$name was left in the image"
	done
	found="$(in_image find /tmp /usr/src /var/lib/apt/lists -mindepth 1)"
	[ -z "$found" ] || fail "the build left files behind: $found"
	found="$(in_image find /usr/local '(' -name __pycache__ -o -name test -o -name '*.a' ')')"
	[ -z "$found" ] || fail "the image carries what nobody runs: $found"
	say "compiler, temporary files, tests and byte code are gone"

	found="$(in_image python3 --version)"
	say "python3 --version: $found"
	[ "$found" = "Python $version" ] || fail "expected Python $version"
	say "pip --version: $(in_image pip --version)"
	found="$(in_image python3 -c 'import ssl, sqlite3, ctypes, lzma, bz2, zlib, readline; print(ssl.OPENSSL_VERSION, "and SQLite", sqlite3.sqlite_version)')"
	say "import ssl, sqlite3, ctypes, lzma, bz2, zlib, readline: $found"
	in_image python -m venv /tmp/venv
	in_image /tmp/venv/bin/pip --version > /dev/null
	say "a virtual environment with pip works"
}

[ "$#" -eq 1 ] || fail "usage: $0 DOCKERFILE"
[ "$(id -u)" -eq 0 ] || fail "debootstrap needs root"
for tool in apt-get buildah debootstrap python3 xz; do
	command -v "$tool" > /dev/null || fail "$tool is not installed"
done
dockerfile="$1"
suite="$(sed -n 's/^FROM debian:\([a-z]*\)-slim$/\1/p' "$dockerfile")"
version="$(sed -n 's/^ENV PYTHON_VERSION=//p' "$dockerfile")"
[ -n "$suite" ] || fail "$dockerfile does not start from debian:SUITE-slim"
[ -n "$version" ] || fail "$dockerfile sets no PYTHON_VERSION"
grep -q '^ENV PYTHON_SHA256=[0-9a-f]\{64\}$' "$dockerfile" || fail "$dockerfile sets no PYTHON_SHA256"
series="${version%.*}"
mirror="${DEBIAN_MIRROR:-$(debian_mirror)}"
[ -n "$mirror" ] || fail "apt knows no Debian mirror: set DEBIAN_MIRROR"

work="$(mktemp -d)"
server=''
port=''
buildah=(buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs)
trap clean_up EXIT
trap 'exit 130' INT TERM
mkdir "$work/context"

fill_site
serve_site
say "serving $(cd "$work/site" && find . -type f -printf '%P ')on loopback"
build_args=(--build-arg "PYTHON_MIRROR=http://127.0.0.1:$port"
	--build-arg "PYTHON_CONFIGURE_OPTS=${CONFIGURE_OPTS:---disable-optimizations --without-lto}")
if grep -q '^ENV PYTHON_GPG_KEY=' "$dockerfile" && [ -f "$work/site/pks/lookup" ]; then
	build_args+=(--build-arg PYTHON_GPG_CHECK=yes --build-arg "PYTHON_GPG_KEYSERVER=hkp://127.0.0.1:$port")
fi

make_base "debian:$suite-slim" "$suite"
say "made debian:$suite-slim with debootstrap"

refuse_wrong_digest
say "a wrong SHA-256 stops the build at its check"

quietly build_image "$dockerfile" built
grep -qxF 'python.tar.xz: OK' "$work/log" || fail "the build never checked the SHA-256"
say "built $(grep -c . "$dockerfile")-line Dockerfile of Python $version"
if [[ " ${build_args[*]} " == *PYTHON_GPG_CHECK=yes* ]]; then
	grep '^gpg: Good signature' "$work/log" > /dev/null || fail "the OpenPGP check did not happen"
	say "$(grep -m 1 '^gpg: Good signature' "$work/log")"
fi

use_image built
say "passed"
