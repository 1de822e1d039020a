#!/usr/bin/env bash
# Lints what GitHub runs: the workflows of this repository, those that `pybump init` installs, and the action.
#
#   tests/workflows/lint.sh
#
# Needs zizmor, check-jsonschema and shellcheck in PATH, and in PYBUMP_WORKFLOW_PYTHON a Python with ruamel.yaml. Each `run:`
# is held to bash and shellcheck as a script of its own. Fails where a judge lets something bad pass.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."

fail() {
	printf 'lint: %s\n' "$*" >&2
	exit 1
}

workflows=(workflows/*.yml .github/workflows/*.yml)
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

zizmor() {
	command zizmor --pedantic --offline --quiet --color never "$@"
}
schema() {
	check-jsonschema --quiet --builtin-schema "vendor.$1" "${@:2}"
}
scripts() {
	rm -rf "$scratch/scripts"
	"${PYBUMP_WORKFLOW_PYTHON:-python3}" tests/workflows/scripts.py "$scratch/scripts" "$@"
	local script
	for script in "$scratch"/scripts/*; do
		bash -n "$script" && shellcheck --shell bash "$script" || return
	done
}

# Judges that accept anything are none.
cat > "$scratch/bad.yml" << 'END'
name: Bad
on: { pull_request_target: }
jobs:
  bad: { runs-on: ubuntu-24.04, steps: [{ uses: actions/checkout@v4 }, { run: "echo ${{ github.head_ref }} $unquoted" }] }
END
! zizmor "$scratch/bad.yml" > /dev/null 2>&1 || fail 'zizmor finds nothing wrong with a bad workflow'
! scripts "$scratch/bad.yml" > /dev/null 2>&1 || fail 'shellcheck finds nothing wrong with a bad step'
printf 'name: Bad\non: { push: }\njobs: { bad: { steps: [] } }\n' > "$scratch/bad.yml"
! schema github-workflows "$scratch/bad.yml" > /dev/null 2>&1 || fail 'the schema takes a job without a machine'

zizmor "${workflows[@]}" action.yml .github/dependabot.yml
schema github-workflows "${workflows[@]}"
schema github-actions action.yml
schema dependabot .github/dependabot.yml
scripts "${workflows[@]}" action.yml
shellcheck action/*.sh
printf 'lint: %s, %s: %d workflows, 1 action, %d steps clean\n' \
	"$(command zizmor --version)" "$(check-jsonschema --version)" "${#workflows[@]}" "$(find "$scratch/scripts" -type f | wc -l)"
