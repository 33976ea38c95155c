#!/usr/bin/env bash
# What app/run.sh and tests/run.sh say and ask of the system, with stand-ins for dpkg-query,
# apt-get, sudo and id in a PATH of their own: nothing is installed and nothing is built.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P) || exit 1
source "$top/tests/app/shell_test.sh"

# stand_in NAME LINES…: a command of that name which runs these lines.
stand_in() { printf '%s\n' '#!/bin/bash' "${@:2}" >"$stands/$1" && chmod +x "$stands/$1"; }

# A Debian with `first` installed, for a person who is not root and has no sudo.
new_system() {
  stands=$scratch/stands
  rm -rf "$stands" && mkdir "$stands" || exit 1
  stand_in dpkg-query 'echo "first installed"; echo "second config-files"; exit 1'
  stand_in apt-get 'echo "apt-get $*"'
  stand_in sudo 'exit 1'
  stand_in id 'echo 1000'
  ln -s "$(command -v env)" "$stands/env"
}

# Runs install_missing in that system, with the shell named outright since its PATH has no other.
install() {
  run env PATH="$stands" "$BASH" -c \
    'script_name=app/run.sh; source "$1"; shift; install_missing "$@"' - "$top/app/prepare.sh" "$@"
}

test_case "packages: nothing is said when all are installed"
new_system
install first
expect_exit 0
expect_quiet_stderr

test_case "packages: without root they are named with the command that installs them"
install first second third
expect_exit 0
expect_one_sentence
expect_stderr_has "sudo apt-get install second third"

test_case "packages: root installs only what is missing"
stand_in id 'echo 0'
install first second third
expect_exit 0
expect_stderr_has "-q update"
expect_stderr_has "install second third"
expect_quiet_stdout

test_case "packages: sudo without a password installs them"
stand_in id 'echo 1000'
stand_in sudo '[ "$1" = -n ] && shift && echo "as root" >&2 && exec "$@"'
stand_in true ':'
install second
expect_stderr_has "as root"
expect_stderr_has "install second"

test_case "packages: an apt-get that fails is told, and the script goes on"
stand_in id 'echo 0'
stand_in apt-get 'exit 100'
install second
expect_exit 0
expect_stderr_has "install them with: sudo apt-get install second"

test_case "packages: elsewhere than on Debian they are named"
rm "$stands/dpkg-query"
install first second
expect_exit 0
expect_one_sentence
expect_stderr_has "first second"

test_case "configure: what CMake does not find is followed by a sentence"
new_system
stand_in cmake 'echo "CMake Error: fmt" >&2; exit 1'
run env PATH="$stands:$PATH" "$BASH" -c \
  'script_name=app/run.sh; source "$1"; configure_tree "$2" "$2/build dir"' \
  - "$top/app/prepare.sh" "$scratch"
expect_exit 1
expect_stderr_has "app/run.sh: CMake could not configure build dir/"

for script in app/run.sh tests/run.sh; do
  test_case "$script: --help shows its options"
  run bash "$top/$script" --help
  expect_exit 0
  expect_stdout_has "usage: bash $script"
  expect_quiet_stderr

  test_case "$script: an unknown option is a wrong usage"
  run bash "$top/$script" --no-such-option
  expect_usage_error
  expect_stderr_has --no-such-option
done

test_case "app/run.sh: the program's own arguments come after --"
run bash "$top/app/run.sh" run 01-hello
expect_usage_error
expect_stderr_has "after --"

finish
