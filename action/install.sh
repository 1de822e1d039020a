#!/usr/bin/env bash
# Puts a released pybump on the PATH of the job's further steps. Nothing is compiled.
#
# In the environment: VERSION (empty: that of this action), ATTESTATION (required or available), REPOSITORY (whose releases),
# GH_TOKEN; of the runner's: GITHUB_SERVER_URL, GITHUB_PATH, RUNNER_OS, RUNNER_ARCH, RUNNER_TEMP. PYBUMP_RELEASES names
# another place that has the same files, for a runner that cannot reach github.com.
#
# The archive must have the digest that the release's SHA256SUMS gives. That shows that it came whole; who built it is
# shown by its build attestation: made by the release workflow of that repository, on GitHub's machines, from that tag.
set -euo pipefail

fail() {
	printf '::error title=Cannot get pybump::%s\n' "$*"
	exit 1
}

action="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
version="${VERSION:-}"
version="${version#v}"
[ -n "$version" ] || version="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$action/Cargo.toml" | head -n 1)"
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "expected a version such as 0.1.0, found '$version'"
case "$ATTESTATION" in
available | required) ;;
*) fail "attestation: expected 'available' or 'required', found '$ATTESTATION'" ;;
esac

case "$RUNNER_OS-$RUNNER_ARCH" in
Linux-X64) target=x86_64-unknown-linux-musl ;;
Linux-ARM64) target=aarch64-unknown-linux-musl ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64) target=x86_64-pc-windows-msvc ;;
*) fail "there is no binary for $RUNNER_OS on $RUNNER_ARCH; build pybump with cargo there" ;;
esac
case "$RUNNER_OS" in
Windows) archive="pybump-$version-$target.zip" binary=pybump.exe ;;
*) archive="pybump-$version-$target.tar.gz" binary=pybump ;;
esac

releases="${PYBUMP_RELEASES:-https://github.com/$REPOSITORY/releases/download}"
case "$releases" in
https://* | http://127.0.0.1:*) ;;
*) fail "PYBUMP_RELEASES: expected https://…, found $releases" ;;
esac

folder="$RUNNER_TEMP/pybump-$version"
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

get() {
	printf 'Download %s\n' "$releases/v$version/$1"
	curl --fail --silent --show-error --location --proto-redir '=https' --connect-timeout 20 --max-time 180 \
		--retry 4 --retry-connrefused --output "$1" "$releases/v$version/$1" ||
		fail "$releases/v$version/$1 is not to be had; is there a release $version?"
}
get SHA256SUMS
get "$archive"

# The line of this archive alone, so that no other file is looked for.
awk -v name="$archive" '$2 == name || $2 == "*" name' SHA256SUMS > expected
[ "$(wc -l < expected)" -eq 1 ] || fail "SHA256SUMS of release $version should name $archive once"
if command -v sha256sum > /dev/null; then sums=(sha256sum); else sums=(shasum -a 256); fi
"${sums[@]}" --check expected > /dev/null || fail "$archive has not the digest that SHA256SUMS of release $version gives"

attested() {
	if [ "${GITHUB_SERVER_URL:-}" != https://github.com ]; then
		reason='this runner is not on github.com'
		return 1
	fi
	if ! command -v gh > /dev/null; then
		reason='this runner has no gh'
		return 1
	fi
	gh attestation verify "$archive" --repo "$REPOSITORY" --signer-workflow "$REPOSITORY/.github/workflows/release.yml" \
		--source-ref "refs/tags/v$version" --deny-self-hosted-runners ||
		fail "$archive: no attestation that the release workflow of $REPOSITORY built it from the tag v$version"
}
if attested; then
	verified='digest and build attestation verified'
elif [ "$ATTESTATION" = required ]; then
	fail "the build attestation cannot be checked: $reason"
else
	verified="digest verified; build attestation not checked: $reason"
fi

case "$archive" in
*.zip) unzip -q "$archive" "*/$binary" && mv -- */"$binary" . ;;
*) tar -xzf "$archive" --strip-components=1 "pybump-$version-$target/$binary" ;;
esac
chmod +x "$binary"
rm -f "$archive" expected
if command -v cygpath > /dev/null; then folder="$(cygpath -w "$folder")"; fi
printf '%s\n' "$folder" >> "$GITHUB_PATH"
printf '%s, %s\n' "$("./$binary" --version)" "$verified"
