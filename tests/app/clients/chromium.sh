# A real browser: the page that it loads, and what it asks for by itself beside it.
source "$here/server.sh"
command -v chromium >/dev/null || { echo "SKIPPED: chromium is not here"; return; }

mkdir -p "$scratch/home"
browser=(env HOME="$scratch/home" chromium --headless --no-sandbox --disable-gpu
  --disable-dev-shm-usage)
trace=$scratch/browser.trace.json
start_server --trace "$trace"
url=http://127.0.0.1:$server_port

test_case "chromium: the front page is what the browser understands it to be"
run "${browser[@]}" --user-data-dir="$scratch/profile1" --dump-dom "$url/"
expect_exit 0
expect_stdout_has "<h1>Roundtrip</h1>"
expect_stdout_has "This answer came from the server inside Roundtrip"

test_case "chromium: beside a page it asks for the page's icon"
# It stays open until that has come.
"${browser[@]}" --user-data-dir="$scratch/profile2" --remote-debugging-port=0 "$url/hello" \
  >"$scratch/browser.out" 2>&1 &
browser_pid=$!
expect_server_says "GET /hello 200"
expect_server_says "GET /favicon.ico 404"
kill "$browser_pid"
wait "$browser_pid"
stop_server TERM
expect_exit 0

test_case "chromium: the trace is in order, and tells what the browser sent by itself"
run "$program" check "$trace"
expect_exit 0
expect_stdout_has "in order"
run "$program" text --ascii --color never "$trace"
expect_exit 0
expect_quiet_stderr
asked_by_itself() { grep -A1 -E "$1" "$scratch/out" | grep -qF "sent by the browser itself"; }
is_a_persons() { ! asked_by_itself "$1"; }
check "the icon's request is the browser's own" asked_by_itself 'GET /favicon.ico, answered 404'
check "the page's request is a person's" is_a_persons 'request 1: GET /\)'

test_case "chromium: a picture of it is drawn"
run "$program" screenshot "$trace" "$scratch/browser.png" --at end
expect_exit 0
