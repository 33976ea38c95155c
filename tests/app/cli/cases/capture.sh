# Packets out of a trace and into one: `export` and `import`.

expect_failure() {
  expect_exit 1
  expect_one_sentence
  expect_quiet_stdout
}

test_case "capture: a recording's packets are exported, and imported again as a trace in order"
roundtrip export 20-handshake --pcapng "$scratch/hello.pcapng"
expect_exit 0
expect_stdout_has "10 packets"
expect_quiet_stderr
roundtrip import "$scratch/hello.pcapng" "$scratch/hello.trace.json"
expect_exit 0
expect_stdout_has "10 packets of 1 connection"
roundtrip check "$scratch/hello.trace.json"
expect_exit 0
roundtrip text "$scratch/hello.trace.json"
expect_exit 0
expect_stdout_has "SYN-ACK"
roundtrip export "$scratch/hello.trace.json" --pcapng "$scratch/again.pcapng"
expect_exit 0

test_case "capture: a capture in a trace's place is called one, and what reads it"
for command in check text view export screenshot; do
  case $command in
    export) set -- --pcapng "$scratch/none.pcapng" ;;
    screenshot) set -- "$scratch/none.png" ;;
    *) set -- ;;
  esac
  roundtrip "$command" "$scratch/hello.pcapng" "$@"
  expect_failure
  expect_stderr_has "is a capture of packets and no trace"
  expect_stderr_has "\`roundtrip import $scratch/hello.pcapng\`"
done

test_case "capture: what one host saw"
roundtrip export 22-syn-lost --pcapng "$scratch/lost.pcapng" --seen-by server
expect_exit 0
roundtrip export "$scratch/hello.trace.json" --pcapng "$scratch/none.pcapng" --seen-by server
expect_failure
expect_stderr_has "--seen-by"

test_case "capture: a trace without packets, a file that is none, a place that is none"
roundtrip export 01-hello --pcapng "$scratch/none.pcapng"
expect_failure
expect_stderr_has "this trace has no packets"
check "no file is left" [ ! -e "$scratch/none.pcapng" ]
roundtrip export no-such-thing --pcapng "$scratch/none.pcapng"
expect_failure
roundtrip export 20-handshake --pcapng "$scratch/no/such/folder.pcapng"
expect_failure
expect_stderr_has "can't write the packets to"
roundtrip import "$scratch/missing.pcapng" "$scratch/none.trace.json"
expect_failure
expect_stderr_has "can't read the capture"
echo "no capture at all" >"$scratch/words.pcap"
roundtrip import "$scratch/words.pcap" "$scratch/none.trace.json"
expect_failure
expect_stderr_has "this is no capture"
head -c 700 "$scratch/hello.pcapng" >"$scratch/cut.pcapng"
roundtrip import "$scratch/cut.pcapng" "$scratch/none.trace.json"
expect_failure
expect_stderr_has "cut off"
check "no file is left" [ ! -e "$scratch/none.trace.json" ]

test_case "capture: the name that a trace gets is not taken from another"
here_before=$PWD
cd "$scratch" || exit 1
rm -f hello.trace.json
roundtrip import hello.pcapng
expect_exit 0
check "it is named after the capture" [ -s hello.trace.json ]
roundtrip import hello.pcapng
expect_failure
expect_stderr_has "is there already"
cd "$here_before" || exit 1

test_case "capture: wrong usage"
for words in "export" "export 20-handshake" "import" \
  "export 20-handshake --pcapng a --seen-by me"; do
  # shellcheck disable=SC2086
  roundtrip $words
  expect_usage_error
done
