# A lesson as a teacher gives it: open, step, send, curl, save, close; and the saved file again.

test_case "window: it opens, paused on the first phase of the program itself"
check "a window" open_window
check "paused on event 1" [ "${line#at event 1 of }" != "$line" ]
click "transport/next"
expect_says "startup.static_init"

test_case "window: Next by the keyboard goes on, and back again"
press Right
expect_says "startup.main,"
press Left
expect_says "startup.static_init"

test_case "window: its server answers curl"
address=$(sed -n 's|^listening on http://||p' "$diary")
fetched=$(curl --silent --max-time "$command_timeout_s" "http://$address/hello" {diary_pipe}>&-)
check "Hello, World!" [ "$fetched" = "Hello, World!" ]
expect_says "1 requests"

test_case "window: Send goes to the new request, and stays there"
press Return
expect_says "connection.connect, 2 requests"

test_case "window: a trace is saved under the name that is typed"
ask_to_save
type_path lesson.trace.json
expect_says "asks to save to lesson.trace.json"
press Return
expect_says "says Saved"
run "$program" check "$scratch/folder/lesson.trace.json"
expect_exit 0
expect_stdout_has "2 requests traced"

test_case "window: a file of that name is written over only when that is confirmed"
ask_to_save
type_path lesson.trace.json
expect_says "asks to save to lesson.trace.json"
before=$(stat --format %i "$scratch/folder/lesson.trace.json")
press Return
expect_says "Save once more"
check "the same file" [ "$before" = "$(stat --format %i "$scratch/folder/lesson.trace.json")" ]
click "question/answer"
expect_says "says Saved"

test_case "window: its close request ends it"
"$ask_to_close" "$window"
await_end
expect_exit 0
expect_quiet_stderr

test_case "window: a saved trace is opened by view, paused on its first phase"
check "a window" open_window view lesson.trace.json
check "paused on event 1" [ "${line#at event 1 of }" != "$line" ]
check "nothing is wrong" bash -c '! grep -q "^says" "$1"' - "$diary"
"$ask_to_close" "$window"
await_end
expect_exit 0
