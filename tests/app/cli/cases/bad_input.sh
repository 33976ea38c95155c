# Bad input: one sentence on standard error, the right exit code, nothing where results go.

test_case "bad input: an unknown scenario, and what was probably meant"
roundtrip run 01-helo
expect_failure
expect_quiet_stdout
expect_stderr_has "01-helo"
expect_stderr_has "01-hello"
roundtrip run completely-different
expect_failure
expect_stderr_has "roundtrip list"

test_case "bad input: a scenario in place of a command, a phase's name"
roundtrip 01-hello
expect_usage_error
expect_stderr_has "run 01-hello"
roundtrip my.trace.json
expect_usage_error
expect_stderr_has "did you mean roundtrip view my.trace.json?"
for command in text check view screenshot; do
  roundtrip "$command" 01-helo $([[ $command = screenshot ]] && echo "$scratch/a.png")
  expect_failure
  expect_stderr_has "neither a file nor a scenario"
  expect_stderr_has "01-hello"
done
roundtrip screenshot 01-hello --at read.heder "$scratch/a.png"
expect_usage_error
expect_stderr_has "read.header"
roundtrip screenshot 01-hello "$scratch/a.jpg"
expect_usage_error
expect_stderr_has ".png"

test_case "bad input: values out of range, missing arguments"
for words in "serve --port 65536" "serve --port -1" "serve --port http" "serve --workers 0" \
  "serve --idle-timeout -1" "run" "run 01-hello again" "text" "check" "screenshot 01-hello" \
  "screenshot 01-hello --size 1x1 a.png" "text a.trace.json --at 0" \
  "text a.trace.json --at no.phase" "run 01-hello --color red" "serve --hold-path /hello" \
  "serve --hold --no-trace"; do
  # shellcheck disable=SC2086
  roundtrip $words
  expect_usage_error
done

test_case "bad input: an address that this machine does not have"
roundtrip serve --host 192.0.2.1 --port 0
expect_failure
expect_quiet_stdout
expect_stderr_has "192.0.2.1"
roundtrip serve --host no-address --port 0
expect_failure
expect_stderr_has "no-address"

good=$scratch/good.trace.json
roundtrip run 01-hello --trace "$good"

# Every command that opens a file says what is wrong with it.
expect_bad_file() {
  local file=$1 words=$2
  for command in check text; do
    roundtrip "$command" "$file"
    expect_failure
    [[ -z $words ]] || expect_stderr_has "$words"
  done
}

test_case "bad input: no such file"
expect_bad_file "$scratch/absent.trace.json" "absent.trace.json"
roundtrip view "$scratch/absent.trace.json"
expect_failure
roundtrip screenshot "$scratch/absent.trace.json" "$scratch/a.png"
expect_failure
expect_stderr_has "No such file"

test_case "bad input: a folder in place of a file"
expect_bad_file "$scratch" ""

test_case "bad input: an empty file"
: >"$scratch/empty.trace.json"
expect_bad_file "$scratch/empty.trace.json" "empty.trace.json"

test_case "bad input: a binary file"
head --bytes=5000 "$program" >"$scratch/binary.trace.json"
expect_bad_file "$scratch/binary.trace.json" "binary.trace.json"

test_case "bad input: a text that is no trace"
echo "Dear reader," >"$scratch/letter.trace.json"
expect_bad_file "$scratch/letter.trace.json" "letter.trace.json"

test_case "bad input: a newer version says so"
sed '1,2s/"version":[0-9]*/"version":99/' "$good" >"$scratch/newer.trace.json"
expect_bad_file "$scratch/newer.trace.json" "99"

test_case "bad input: a lie in an offset names its line, and what came before is told"
sed 's/"bytes":\["c1.in",0,83\]/"bytes":["c1.in",0,99999999999]/' "$good" >"$scratch/lie.trace.json"
check "the lie was told" bash -c '! cmp -s "$1" "$2"' - "$good" "$scratch/lie.trace.json"
roundtrip check "$scratch/lie.trace.json"
expect_failure
expect_stderr_has "line "
roundtrip text "$scratch/lie.trace.json"
expect_failure
expect_stdout_has "PHASE 1"

test_case "bad input: a torn last line is 1 for check, a warning for text"
head --bytes=-40 "$good" >"$scratch/torn.trace.json"
roundtrip check "$scratch/torn.trace.json"
expect_failure
expect_quiet_stdout
roundtrip text "$scratch/torn.trace.json"
expect_exit 0
expect_one_sentence
expect_stderr_has "warning"
expect_stdout_has "PHASE 6"

test_case "bad input: a file cut between lines is unfinished, and fine; what is open is counted"
grep --invert-match '"startup.bind".*"ph":"E"' "$good" | sed '/"startup.bind"/q' \
  >"$scratch/cut.trace.json"
roundtrip check "$scratch/cut.trace.json"
expect_exit 0
expect_quiet_stderr
expect_stdout_has "unfinished, with 1 step open"
check "no count of what is not known yet" bash -c '! grep -q untraced "$1"' - "$scratch/out"

test_case "bad input: a broken order is a violation, with its event"
grep -v '"ph":"B".*startup.bind\|startup.bind.*"ph":"B"' "$good" >"$scratch/violation.trace.json"
roundtrip check "$scratch/violation.trace.json"
expect_failure
expect_stderr_has "event "

test_case "bad input: a hostile file does not steer the terminal"
sed 's/GET \/hello/GET \\u001b[2J/' "$good" >"$scratch/hostile.trace.json"
roundtrip text "$scratch/hostile.trace.json" --detail
check "no escape on stdout" bash -c '! grep -q $'"'\\e'"' "$1"' - "$scratch/out"
check "no escape on stderr" bash -c '! grep -q $'"'\\e'"' "$1"' - "$scratch/err"

test_case "bad input: an event that the trace does not have"
roundtrip text "$good" --at 999999
expect_failure
expect_stderr_has "999999"
roundtrip text "$good" --at handle.database_wait
expect_failure
expect_stderr_has "handle.database_wait"

test_case "bad input: a trace that can't be written"
roundtrip run 01-hello --trace "$scratch/no-such-folder/a.trace.json"
expect_failure
expect_stderr_has "no-such-folder"
roundtrip serve --port 0 --trace "$scratch/no-such-folder/a.trace.json"
expect_failure

# run_cramped KIB COMMAND…: as `run`, and no file may grow beyond so many KiB, as on a full disk.
run_cramped() {
  local kib=$1
  shift
  command_line=$*
  (
    trap '' XFSZ
    ulimit -f "$kib"
    env -u DISPLAY -u WAYLAND_DISPLAY timeout "$command_timeout_s" "$@" 2>&1 >"$scratch/pipe" |
      cat >"$scratch/err"
    exit "${PIPESTATUS[0]}"
  ) <"/dev/null"
  exit_code=$?
}

test_case "bad input: a full disk from the beginning"
if [[ -w /dev/full ]]; then
  roundtrip run 01-hello --trace /dev/full
  expect_failure
  expect_stderr_has "/dev/full"
  roundtrip serve --port 0 --trace /dev/full
  expect_failure
fi

test_case "bad input: a disk that fills up ends the recording, the story is told all the same"
mkfifo "$scratch/pipe"
cat "$scratch/pipe" >"$scratch/out" &
reader=$!
run_cramped 8 "$program" run 01-hello --trace "$scratch/cramped.trace.json"
wait "$reader"
expect_failure
expect_stdout_has "SUMMARY STATISTICS"
expect_stderr_has "cramped.trace.json"
roundtrip text "$scratch/cramped.trace.json"
expect_exit 0
expect_stdout_has "PHASE 1"

test_case "bad input: standard output that can't be written to"
if [[ -w /dev/full ]]; then
  command_line="run 01-hello >/dev/full"
  env -u DISPLAY -u WAYLAND_DISPLAY "$program" run 01-hello >/dev/full 2>"$scratch/err"
  exit_code=$?
  : >"$scratch/out"
  expect_failure
fi

test_case "bad input: a display that can't be opened"
command_line="DISPLAY=:987 roundtrip"
DISPLAY=:987 WAYLAND_DISPLAY= timeout "$command_timeout_s" "$program" \
  <"/dev/null" >"$scratch/out" 2>"$scratch/err"
exit_code=$?
expect_failure
