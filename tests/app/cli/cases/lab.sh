# A program on the client host of the lab. Where no lab can be made the sentence says why.

if "$program" doctor | grep -q "^works  lab by"; then
  test_case "lab: a program gets its answer over the wire, and every packet is told"
  roundtrip lab --delay-ms 1 curl -fsS http://192.168.1.100:8080/hello
  expect_exit 0
  expect_stdout_has "Hello, World!"
  expect_stdout_has "SYN+ACK"
  expect_stdout_has "acknowledges-fin"

  test_case "lab: the program's own exit code is the command's"
  roundtrip lab --quiet sh -c "exit 7"
  expect_exit 7

  test_case "lab: a program that is not there"
  roundtrip lab no-such-program
  expect_exit 1
fi

test_case "lab: needs a program"
roundtrip lab
expect_usage_error
