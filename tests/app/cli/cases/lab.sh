# A program on the client host of the lab. Where no lab can be made the sentence says why.

if "$program" doctor | grep -q "^works  lab by"; then
  test_case "lab: a program gets its answer over the wire, and every packet is told"
  roundtrip lab --delay-ms 1 curl -fsS http://192.168.1.100:8080/hello
  expect_exit 0
  expect_stdout_has "Hello, World!"
  expect_stdout_has "SYN+ACK"
  expect_stdout_has "acknowledges-fin"

  test_case "lab: the server ends its side when the client's FIN has come, not before"
  roundtrip lab --delay-ms 30 curl -fsS http://192.168.1.100:8080/hello
  expect_exit 0
  check "the server's FIN acknowledges the client's" \
    grep -qE 'server FIN\+ACK .*acknowledges-fin' "$scratch/out"

  test_case "run: the packets of a lesson on the wire stand in a table"
  roundtrip run 20-handshake --detail
  expect_exit 0
  expect_stdout_has "THE PACKETS"

  test_case "lab: the same server listens on this machine too"
  roundtrip lab --port 0 true
  expect_exit 0
  expect_stderr_has "the server listens on http://192.168.1.100:8080 and http://127.0.0.1:"

  test_case "lab: the program's own exit code is the command's"
  roundtrip lab --quiet sh -c "exit 7"
  expect_exit 7

  test_case "lab: a program that is not there"
  roundtrip lab no-such-program
  expect_exit 1
fi

test_case "lab: its options stand before the program"
roundtrip lab curl --delay-ms 5 http://192.168.1.100:8080/hello
expect_usage_error
expect_stderr_has "--delay-ms stands behind curl"

test_case "lab: needs a program"
roundtrip lab
expect_usage_error
