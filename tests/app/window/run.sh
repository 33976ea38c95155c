#!/usr/bin/env bash
# The real window under Xvfb, by keys, clicks and a real curl: bash tests/app/window/run.sh PROGRAM
# ASK_TO_CLOSE. It waits for what the window's diary says (app/window_diary.h), for files and for
# ends, never for time to pass.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 1
if [[ ! -x ${1:-} || ! -x ${2:-} ]]; then
  echo "usage: bash tests/app/window/run.sh PROGRAM ASK_TO_CLOSE" >&2
  exit 2
fi
program=$(realpath "$1")
ask_to_close=$(realpath "$2")
source "$here/../shell_test.sh"
for tool in Xvfb xdotool curl; do
  command -v "$tool" >/dev/null && continue
  echo "$tool is missing: see README, Dependencies" >&2
  exit 1
done
# Mesa unloads itself with a leak that can't be named afterwards.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export LIBGL_ALWAYS_SOFTWARE=1

mkfifo "$scratch/display"
exec {display_line}<>"$scratch/display"
Xvfb -displayfd "$display_line" -screen 0 1280x720x24 -nolisten tcp >"$scratch/xvfb.log" 2>&1 &
xvfb=$!
trap 'kill "$xvfb"; rm -rf "$scratch"' EXIT
IFS= read -r -t "$command_timeout_s" number <&"$display_line" || { echo "no Xvfb" >&2; exit 1; }
export DISPLAY=:$number
unset WAYLAND_DISPLAY
export ROUNDTRIP_SETTINGS=  # none are kept: no tour, the usual screen

windows=0
: >"$scratch/out"
: >"$scratch/err"
# open_window ARGUMENTS…: leaves window_pid and window; returns when the first frame is shown.
open_window() {
  windows=$((windows + 1))
  command_line="roundtrip $* (in a window)"
  diary=$scratch/diary$windows
  mkfifo "$diary.pipe"
  exec {diary_pipe}<>"$diary.pipe"
  : >"$diary"
  # In a folder of its own, where it suggests names for files.
  mkdir -p "$scratch/folder"
  (cd "$scratch/folder" && ROUNDTRIP_WINDOW_DIARY=1 exec "$program" "$@") >"$diary.pipe" \
    2>"$diary.err" {diary_pipe}>&- {display_line}>&- &
  window_pid=$!
  says "frame 1" && says "at event" && window=$(xdotool search --name '^Roundtrip: ' | tail -n 1) &&
    xdotool windowfocus "$window" mousemove 5 715
}
# says WORDS: reads the diary until a line has the words; leaves it in `line`.
says() {
  while IFS= read -r -t "$command_timeout_s" line <&"$diary_pipe"; do
    printf '%s\n' "$line" >>"$diary"
    [[ $line == *"$1"* ]] && return 0
  done
  return 1
}
expect_says() {
  cp "$diary" "$scratch/out"
  cp "$diary.err" "$scratch/err"
  check "the window says '$1'" says "$1"
}
# The same of what may have been said already.
expect_said() {
  grep -qF -- "$1" "$diary" && check "the window says '$1'" true || expect_says "$1"
}
press() { xdotool key --clearmodifiers "$@"; }
# ask_to_save: opens the question; a key may be lost on the way, and is pressed once more then.
ask_to_save() {
  local tries=10
  until press ctrl+s && command_timeout_s=3 says "asks to save to"; do
    ((tries-- > 0)) || break
  done
  check "the window asks where to save" [ "$tries" -ge 0 ]
}
# Types a path over the one that is asked for. Keys and letters of one frame have no order, so the
# first letter is tried until it stands alone.
type_path() {
  local first=${1:0:1} tries=20
  until [[ ${line:-} == "asks to save to $first" ]] || ((tries-- == 0)); do
    press ctrl+a
    press "$first"
    command_timeout_s=2 says "asks to save to"  # keys may be lost on the way: once more then
  done
  xdotool type --delay 1 "${1:1}"
}
# click LABEL: where the diary said that this control stands.
click() {
  local place
  place=$(sed -n "s|^button $1 at ||p" "$diary" | tail -n 1)
  # shellcheck disable=SC2086
  check "there is a control '$1'" [ -n "$place" ] && xdotool mousemove $place click 1
}
# The window has ended: leaves exit_code, and what it said last.
await_end() {
  wait "$window_pid"
  exit_code=$?
  cp "$diary.err" "$scratch/err"
  while read -t 0 <&"$diary_pipe" && IFS= read -r line <&"$diary_pipe"; do
    printf '%s\n' "$line" >>"$diary"
  done
  cp "$diary" "$scratch/out"
  exec {diary_pipe}>&-
}

# The second opens what the first has saved.
source "$here/cases/lesson.sh"
source "$here/cases/ends.sh"
finish
