#!/usr/bin/env bash
# How long starting takes: `run 01-hello` as text, and exec to the first frame under Xvfb.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/build/roundtrip
time_ms() {
  local from to
  from=$(date +%s%N)
  "$@" > /dev/null 2>&1
  to=$(date +%s%N)
  echo $(((to - from) / 1000000))
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
runs() { for _ in 1 2 3 4 5 6 7; do time_ms "$@"; done | median; }
echo "run 01-hello as text: $(runs "$program" run 01-hello) ms"
if command -v Xvfb > /dev/null; then
  Xvfb :77 -screen 0 1280x720x24 > /dev/null 2>&1 &
  server=$!
  trap 'kill $server' EXIT
  until DISPLAY=:77 xdpyinfo > /dev/null 2>&1; do :; done
  echo "exec to the end of the first frame under Xvfb: $(DISPLAY=:77 runs "$program" --frames 1) ms"
fi
