#!/usr/bin/env bash
# How long starting takes: `run 01-hello` as text, and exec to the first frame under Xvfb.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/build/roundtrip
now_ms() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
text_ms() {
  local from
  from=$(now_ms)
  "$program" run 01-hello > /dev/null
  echo $(($(now_ms) - from))
}
# The window's diary says on the wall clock when its first frame was shown.
frame_ms() {
  local from pipe line window
  from=$(now_ms)
  exec {pipe}< <(ROUNDTRIP_WINDOW_DIARY=1 exec "$program")
  window=$!
  while read -r line <&"$pipe"; do
    [[ $line == "frame 1 at "* ]] && break
  done
  [[ $line == "frame 1 at "* ]] || { echo "start.sh: the window did not open" >&2; exit 1; }
  echo $((${line#frame 1 at } / 1000000 - from))
  kill -TERM "$window"
  wait "$window"
  exec {pipe}<&-
}
for _ in 1 2 3 4 5 6 7; do text_ms; done | median | sed 's/.*/run 01-hello as text: & ms/'
if command -v Xvfb > /dev/null; then
  mkfifo "${fifo:=$(mktemp -u)}"
  exec {shown}<> "$fifo"
  Xvfb -displayfd "$shown" -screen 0 1280x720x24 > /dev/null 2>&1 &
  xvfb=$!
  trap 'kill $xvfb; rm -f "$fifo"' EXIT
  read -r number <&"$shown"
  export DISPLAY=:$number
  for _ in 1 2 3 4 5 6 7; do frame_ms; done | median |
    sed 's/.*/exec to the first frame under Xvfb: & ms/'
fi
