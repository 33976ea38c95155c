# How the window begins and ends: a port that is taken, signals, a display that can't be opened.

test_case "window: a taken port is said on screen, and the next free one is used"
"$program" serve --port 8080 --no-trace >"$scratch/serve" 2>&1 {diary_pipe}>&- &
taker=$!
# Where another program has the port already, that serves as well.
until grep -q listening "$scratch/serve" || ! kill -0 "$taker" 2>/dev/null; do :; done
check "a window" open_window
expect_said "says Port 8080 is taken by another program: listening on "
kill "$taker" 2>/dev/null
wait "$taker"

test_case "window: SIGTERM lets an open request finish, and ends it with 0"
address=$(sed -n 's|^listening on http://||p' "$diary")
exec {client}<>"/dev/tcp/${address%:*}/${address#*:}"
printf 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc' >&"$client"
press l
expect_says "1 requests"
kill -TERM "$window_pid"
printf 'def' >&"$client"
check "the answer is whole" grep -q "abcdef" <&"$client"
exec {client}>&-
await_end
expect_exit 0
expect_quiet_stderr

test_case "window: fonts that are missing are said on screen; SIGINT ends it, too"
export ROUNDTRIP_FONTS=$scratch
check "a window" open_window view lesson.trace.json
unset ROUNDTRIP_FONTS
expect_said "says the font DejaVuSans.ttf was not found"
kill -INT "$window_pid"
await_end
expect_exit 0

test_case "window: a display that can't be opened is one sentence, for a live and a saved trace"
for words in "" "view lesson.trace.json"; do
  command_line="DISPLAY=:987 roundtrip $words"
  # shellcheck disable=SC2086
  (cd "$scratch/folder" && DISPLAY=:987 timeout "$command_timeout_s" "$program" $words) \
    <"/dev/null" >"$scratch/out" 2>"$scratch/err"
  exit_code=$?
  expect_exit 1
  expect_one_sentence
  expect_stderr_has "DISPLAY"
done
