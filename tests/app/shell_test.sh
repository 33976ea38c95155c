# Sourced by the shell tests under tests/app: names a case, runs a command with a time-out, and
# compares what it said and how it ended. `finish` prints the count and fails when anything did.

command_timeout_s=60
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
checks=0
failures=0
case_name=
command_line=
exit_code=

# test_case NAME: what the checks that follow are about, as "subject: behaviour".
test_case() { case_name=$1; }

# run COMMAND…: leaves exit_code, $scratch/out and $scratch/err. Nothing to read, and no display.
run() {
  command_line=$*
  env -u DISPLAY -u WAYLAND_DISPLAY timeout "$command_timeout_s" "$@" \
    <"/dev/null" >"$scratch/out" 2>"$scratch/err"
  exit_code=$?
}

# check WHAT COMMAND…: one check; WHAT is told when the command fails.
check() {
  local what=$1
  shift
  checks=$((checks + 1))
  "$@" && return
  failures=$((failures + 1))
  printf 'FAILED %s\n  expected: %s\n  command:  %s\n  exit:     %s\n' \
    "$case_name" "$what" "$command_line" "$exit_code"
  sed 's/^/  stdout:   /' "$scratch/out"
  sed 's/^/  stderr:   /' "$scratch/err"
}

expect_exit() { check "exit code $1" [ "$exit_code" = "$1" ]; }
expect_stdout_has() { check "stdout has '$1'" grep -qF -e "$1" "$scratch/out"; }
lacks() { ! grep -qF -e "$1" "$2"; }
expect_stdout_lacks() { check "stdout lacks '$1'" lacks "$1" "$scratch/out"; }
expect_stderr_has() { check "stderr has '$1'" grep -qF -e "$1" "$scratch/err"; }
expect_quiet_stdout() { check "nothing on stdout" [ ! -s "$scratch/out" ]; }
expect_quiet_stderr() { check "nothing on stderr" [ ! -s "$scratch/err" ]; }

# One line, with its end, of three words at least: an error as a person would say it.
is_one_sentence() { [[ $(wc -l <"$1") == 1 && $(wc -w <"$1") -ge 3 && -z $(sed 1d "$1") ]]; }
expect_one_sentence() { check "one sentence on stderr" is_one_sentence "$scratch/err"; }
expect_failure() {
  expect_exit 1
  expect_one_sentence
}

# What was asked can't be understood: exit code 2, one sentence, and nothing where results go.
expect_usage_error() {
  expect_exit 2
  expect_one_sentence
  expect_quiet_stdout
}

finish() {
  printf '%d checks, %d failed\n' "$checks" "$failures"
  exit $((failures > 0 || checks == 0))
}
