# What the program finds out about the machine that it runs on.

test_case "doctor: tries every rung of the ladder and names the highest that works"
roundtrip doctor
expect_exit 0
for rung in "lab by root" "lab by helper" "loopback with capture" \
  "loopback with socket time-stamps" "works  inferred" "The highest rung that works here: "; do
  expect_stdout_has "$rung"
done
expect_quiet_stderr

test_case "doctor: the helper's word is nobody's to type"
roundtrip lab-helper
expect_usage_error
roundtrip lab-helper 99
expect_exit 2
