#!/usr/bin/env bash
# How long starting takes: `run 01-hello` as text, and exec to the first frame under Xvfb, beside
# the first frame of a bare window (GLFW and an OpenGL context, nothing in it) in the same rounds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=bench/start.sh
program=$root/build/roundtrip
bare=$root/build-bench/bare_window
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$root/app/prepare.sh"
install_missing libbenchmark-dev
configure_tree "$root" "$root/build-bench" -DCMAKE_BUILD_TYPE=Release -DROUNDTRIP_BENCH=ON >&2
cmake --build "$root/build-bench" --target bare_window >&2
now_ms() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
text_ms() {
  local from
  from=$(now_ms)
  "$program" run 01-hello > /dev/null
  echo $(($(now_ms) - from))
}
# frame_ms PROGRAM: the window's diary says on the wall clock when its first frame was shown.
frame_ms() {
  local from pipe line window
  from=$(now_ms)
  exec {pipe}< <(ROUNDTRIP_WINDOW_DIARY=1 exec "$1")
  window=$!
  while read -r line <&"$pipe"; do
    [[ $line == "frame 1 at "* ]] && break
  done
  [[ $line == "frame 1 at "* ]] || { echo "start.sh: the window did not open" >&2; exit 1; }
  echo $((${line#frame 1 at } / 1000000 - from))
  kill -TERM "$window" 2> /dev/null || true
  wait "$window" || true
  exec {pipe}<&-
}
for _ in 1 2 3 4 5 6 7; do text_ms; done | median | sed 's/.*/run 01-hello as text: & ms/'
if command -v Xvfb > /dev/null; then
  mkfifo "$work/shown"
  exec {shown}<> "$work/shown"
  Xvfb -displayfd "$shown" -screen 0 1280x720x24 > /dev/null 2>&1 &
  xvfb=$!
  trap 'kill $xvfb; rm -rf "$work"' EXIT
  read -r number <&"$shown"
  export DISPLAY=:$number
  for _ in 1 2 3 4 5 6 7; do
    frame_ms "$program" >&3
    frame_ms "$bare" >&4
  done 3> "$work/ours" 4> "$work/bare"
  median < "$work/ours" | sed 's/.*/exec to the first frame under Xvfb: & ms/'
  median < "$work/bare" | sed 's/.*/the same of a bare window: & ms/'
fi
