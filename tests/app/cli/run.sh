#!/usr/bin/env bash
# The command line of the program as a shell sees it: bash tests/app/cli/run.sh PROGRAM [CASES…]
# runs the files of cases/, or those that are named. A file of cases calls `roundtrip` and the
# expectations of shell_test.sh.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 1
if [[ ! -x ${1:-} ]]; then
  echo "usage: bash tests/app/cli/run.sh PROGRAM [CASES...]" >&2
  exit 2
fi
program=$(realpath "$1")
shift
source "$here/../shell_test.sh"

roundtrip() { run "$program" "$@"; }

(($#)) || set -- "$here"/cases/*.sh
for cases in "$@"; do
  source "$cases"
done
finish
