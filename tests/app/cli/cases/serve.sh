# `serve` with real curl: what it says, what it records, how it ends, and a request held by hand.
source "$here/server.sh"

test_case "serve: curl is answered, logged and recorded (SIGINT)"
start_server --trace "$scratch/served.trace.json"
fetch "http://127.0.0.1:$server_port/hello"
expect_exit 0
expect_stdout_has "Hello, World!"
fetch --data-binary "abc" "http://127.0.0.1:$server_port/echo"
expect_stdout_has "abc"
fetch "http://127.0.0.1:$server_port/nowhere"
expect_exit 0
expect_server_says "GET /hello 200, body 13 bytes"
expect_server_says "POST /echo 200, body 3 bytes"
expect_server_says "GET /nowhere"
stop_server INT
expect_exit 0
expect_quiet_stderr
expect_stdout_has "3 requests traced, 0 untraced"
expect_stdout_has "$scratch/served.trace.json"

test_case "serve: the recorded file is complete"
roundtrip check "$scratch/served.trace.json"
expect_exit 0
expect_stdout_has "3 requests traced"
check "no word of an early end" bash -c '! grep -q "still being" "$1"' - "$scratch/out"
roundtrip text "$scratch/served.trace.json"
expect_exit 0
expect_stdout_has "REQUEST 2"

test_case "serve: what the server has told is in the file, even after kill -9"
start_server --trace "$scratch/killed.trace.json"
fetch "http://127.0.0.1:$server_port/hello"
expect_server_says "GET /hello 200, body 13 bytes"
stop_server KILL
roundtrip check "$scratch/killed.trace.json"
expect_exit 0
expect_stdout_has "cut off"
roundtrip text "$scratch/killed.trace.json"
expect_exit 0
expect_stdout_has "Total time (first request)"

test_case "serve: SIGTERM ends it as well, quietly where that was asked for"
start_server --quiet --workers 1
fetch "http://127.0.0.1:$server_port/hello"
expect_exit 0
stop_server TERM
expect_exit 0
expect_stdout_has "1 request traced, 0 untraced"
check "no log line" bash -c '! grep -q "GET /hello" "$1"' - "$scratch/out"

test_case "serve: --no-trace serves and says so"
start_server --no-trace
fetch "http://127.0.0.1:$server_port/hello"
expect_stdout_has "Hello, World!"
stop_server TERM
expect_exit 0
expect_stdout_has "tracing was off"

test_case "serve: a port that is taken is one sentence"
start_server
roundtrip serve --port "$server_port"
expect_exit 1
expect_one_sentence
expect_quiet_stdout
expect_stderr_has "$server_port"
stop_server TERM

test_case "serve: a client that sends garbage harms nobody"
start_server
exec {rude}<>"/dev/tcp/127.0.0.1/$server_port"
printf 'GET /\x1b[2J\x01 nonsense\r\n\r\n' >&"$rude"
expect_server_says "400"
check "no escape in the log" bash -c '! grep -q $'"'\\e'"' "$1"' - "$scratch/server.said"
fetch "http://127.0.0.1:$server_port/hello"
expect_stdout_has "Hello, World!"
exec {rude}>&-
stop_server TERM
expect_exit 0

# Fetches in the background without the keyboard's pipe, so that its end can be seen.
fetch_meanwhile() {
  curl --silent --max-time "$command_timeout_s" "http://127.0.0.1:$server_port/hello" \
    {server_in}>&- >"$scratch/meanwhile" 2>&1 &
  fetching=$!
}
expect_answer_meanwhile() {
  wait "$fetching"
  exit_code=$?
  expect_exit 0
  cp "$scratch/meanwhile" "$scratch/out"
  expect_stdout_has "Hello, World!"
}

test_case "serve: a held request goes on by Enter, a phase at a time, and by g to its end"
start_server --hold --trace "$scratch/held.trace.json"
fetch_meanwhile
expect_server_says "held at read.read"
type_to_server $'step\n'
expect_server_says "Enter alone steps"
type_to_server $'\n'
expect_server_says "held at read.buffer_fill"
type_to_server $'\n'
expect_server_says "held at read.line_found"
type_to_server $'\n'
expect_server_says "held at read.line_split"
expect_server_says "method"
type_to_server $'\n'
expect_server_says "held at read.line_valid"
type_to_server $'g\n'
expect_server_says "let go"
expect_answer_meanwhile
stop_server INT
expect_exit 0

test_case "serve: holds are in the trace, and left out of the request's time"
roundtrip check "$scratch/held.trace.json"
expect_exit 0
roundtrip text "$scratch/held.trace.json"
expect_stdout_has "Held by a person"

test_case "serve: the end of standard input lets a held request go"
start_server --hold --hold-path /hello
fetch_meanwhile
expect_server_says "held at "
exec {server_in}>&-
expect_server_says "nobody is at the keyboard"
expect_answer_meanwhile
stop_server TERM
expect_exit 0
