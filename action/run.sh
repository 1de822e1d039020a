#!/usr/bin/env bash
# Runs pybump with the words of $COMMAND and $ARGUMENTS. They are split at white space and nothing else is done to them: no
# variable, glob or quote in them means anything.
set -euo pipefail

read -r -d '' -a words <<< "$COMMAND $ARGUMENTS" || true
unset COMMAND ARGUMENTS
printf 'pybump'
printf ' %q' "${words[@]}"
printf '\n'
exec pybump "${words[@]}"
