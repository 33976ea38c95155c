# What the program says of itself, and to words that it does not know.

test_case "usage: --version names the program and its version"
roundtrip --version
expect_exit 0
expect_stdout_has roundtrip
expect_quiet_stderr

test_case "usage: --help shows every command"
roundtrip --help
expect_exit 0
for command in run serve view text screenshot check list doctor; do
  expect_stdout_has "$command"
done
expect_quiet_stderr

test_case "usage: a command's help begins with what is typed"
roundtrip check --help
expect_exit 0
expect_stdout_has "Usage: roundtrip check"

test_case "usage: an unknown command is a wrong usage"
roundtrip no-such-command
expect_usage_error
expect_stderr_has no-such-command

test_case "usage: an unknown option is a wrong usage"
roundtrip --no-such-option
expect_usage_error
expect_stderr_has --no-such-option
for command in list run text check doctor; do
  roundtrip "$command" --no-such-option
  expect_usage_error
  expect_stderr_has --no-such-option
done
