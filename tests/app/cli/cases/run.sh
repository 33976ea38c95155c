# `run`, `list`, `text` and `check` on good paths: a scenario becomes a text and a trace.

test_case "run: 01-hello is told in six phases with statistics"
roundtrip run 01-hello
expect_exit 0
expect_quiet_stderr
for words in "PHASE 1: SERVER STARTUP" "PHASE 2: CLIENT CONNECTION" "PHASE 3: " "PHASE 4: " \
  "PHASE 5: RESPONSE TRANSMISSION" "PHASE 6: CONNECTION LIFECYCLE" "SUMMARY STATISTICS"; do
  expect_stdout_has "$words"
done

test_case "run: a pipe gets plain ASCII without colour"
check "only ASCII" bash -c '! LC_ALL=C grep -q "[^ -~]" "$1"' - "$scratch/out"

test_case "run: Unicode and colour where they are asked for"
LC_ALL=C.UTF-8 roundtrip run hello --color always
expect_exit 0
expect_stdout_has "├─"
expect_stdout_has $'\e['

test_case "run: --detail adds the boxes, with the bytes counted"
roundtrip run 1 --detail --trace "$scratch/hello.trace.json"
expect_exit 0
expect_stdout_has "83 bytes"
expect_stdout_has "17 + 37 + 20 + 41 + 2 + 13 = 130 bytes"
expect_stdout_has "THE ROUTE TABLE"
expect_stdout_has "Go calls this: "
expect_stdout_lacks "The drawn walk errs here: "
roundtrip run 1 --detail --corrections
expect_exit 0
expect_stdout_has "The drawn walk errs here: "
roundtrip run 1 --corrections
expect_usage_error

test_case "check: what run has saved is in order"
roundtrip check "$scratch/hello.trace.json"
expect_exit 0
expect_stdout_has "in order"
expect_stdout_has "1 request traced, 0 untraced"

test_case "text: a saved trace tells the same journey as the run"
roundtrip run 01-hello --trace "$scratch/same.trace.json"
cp "$scratch/out" "$scratch/live"
roundtrip text "$scratch/same.trace.json"
expect_exit 0
sed 1,7d "$scratch/live" >"$scratch/live.body"
sed 1,7d "$scratch/out" >"$scratch/out.body"
check "the same text" diff "$scratch/live.body" "$scratch/out.body"

test_case "text: --at tells one event, by number, phase and end"
roundtrip text "$scratch/same.trace.json" --at 1
expect_exit 0
expect_stdout_has "EVENT 1 OF "
roundtrip text "$scratch/same.trace.json" --at read.header
expect_exit 0
expect_stdout_has "read.header"
roundtrip text "$scratch/same.trace.json" --at end
expect_exit 0

test_case "list: --phases names each, its group parted from the next, with what it is"
roundtrip list --phases
expect_exit 0
expect_stdout_has "One header line has been read"
check "it stands with its name" \
  grep -q "^trace.packet_held  *packet held  *[A-Z].*\.$" "$scratch/out"
explained=$(cat "$here"/../../../assets/explanations/*.md | grep -c "^## ")
check "a line for each that is explained" [ "$(grep -c . "$scratch/out")" = "$explained" ]

test_case "text: what is still to come at an event is told as to come"
roundtrip text 21-held-ack --at trace.packet_held
expect_stdout_has "The packet is held at the wire, by the filter: ACK from client"
expect_stdout_has "will end after"

test_case "text: the packets of a trace stand in a table, and of one without there is none"
roundtrip text 21-held-ack
expect_stdout_has "THE PACKETS"
expect_stdout_has "acknowledges-fin"
roundtrip text 01-hello
check "no table" bash -c '! grep -q "THE PACKETS" "$1"' - "$scratch/out"

test_case "run: a trace named .gz is gzipped, and read back"
roundtrip run 01-hello --trace "$scratch/hello.trace.json.gz"
expect_exit 0
check "gzip" gzip --test "$scratch/hello.trace.json.gz"
roundtrip check "$scratch/hello.trace.json.gz"
expect_exit 0

test_case "run: every scenario runs, is right, and its trace is in order"
roundtrip list
expect_exit 0
expect_stdout_has "01-hello"
expect_stdout_has " min"
cp "$scratch/out" "$scratch/listed"
while read -r id rest; do
  roundtrip run "$id" --trace "$scratch/$id.trace.json"
  expect_exit 0
  expect_quiet_stderr
  roundtrip check "$scratch/$id.trace.json"
  expect_exit 0
done <"$scratch/listed"

test_case "no display: the program says so and tells the first scenario"
roundtrip
expect_exit 0
expect_stderr_has "no display"
expect_one_sentence
expect_stdout_has "SUMMARY STATISTICS"

test_case "view: without a display it names the command that needs none"
roundtrip view "$scratch/hello.trace.json"
expect_exit 1
expect_one_sentence
expect_stderr_has "roundtrip text"

test_case "text, check: a scenario's name is its shipped recording's"
roundtrip text 01-hello
expect_exit 0
expect_stdout_has "GET /hello"
roundtrip check 01-hello
expect_exit 0
expect_stdout_has "01-hello.trace.json: in order"
roundtrip check 20-handshake
expect_stdout_has ", 10 packets, 1 connection, 1 request traced"
roundtrip view 01-hello
expect_failure
expect_stderr_has "roundtrip text 01-hello"
