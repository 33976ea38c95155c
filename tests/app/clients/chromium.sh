# A real browser: the page that it loads, and what it asks for by itself beside it.
source "$here/server.sh"
command -v chromium >/dev/null || { echo "SKIPPED: chromium is not here"; return; }

# browse URL: standard output is the page as the browser understood it.
browse() {
  run env HOME="$scratch/home" chromium --headless --no-sandbox --disable-gpu \
    --disable-dev-shm-usage --user-data-dir="$scratch/profile" --dump-dom "$1"
}
trace=$scratch/browser.trace.json
mkdir -p "$scratch/home"

test_case "chromium: the front page loads, and its own request for an icon is known as such"
start_server --trace "$trace"
browse "http://127.0.0.1:$server_port/"
expect_exit 0
expect_stdout_has "<h1>Roundtrip</h1>"
expect_stdout_has "This answer came from the server inside Roundtrip"
expect_server_says "GET /favicon.ico 404"
stop_server TERM
expect_exit 0

test_case "chromium: the trace of it is in order, and tells which requests are the browser's own"
run "$program" check "$trace"
expect_exit 0
expect_stdout_has "in order"
run "$program" text --ascii --color never "$trace"
expect_exit 0
expect_quiet_stderr
expect_stdout_has "(request 1: GET /)"
expect_stdout_has "GET /favicon.ico, answered 404"
icons_own() { grep -A1 -F "GET /favicon.ico, answered 404" "$scratch/out" | grep -qF "browser itself"; }
check "the icon's request is told to be the browser's own" icons_own
pages_not() { ! grep -A1 -F "(request 1: GET /)" "$scratch/out" | grep -qF "browser itself"; }
check "the page's request is the person's" pages_not

test_case "chromium: a picture of it is drawn"
run "$program" screenshot "$trace" "$scratch/browser.png" --at end
expect_exit 0
