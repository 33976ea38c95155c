#!/usr/bin/env bash
# Our server, traced and untraced, beside nginx and Go's net/http: GET /hello, one worker each, wrk
# with one thread, rounds interleaved so that a drifting machine drifts for all. Prints one table of
# medians and ratios. A traced figure counts only when the server says that nothing went untraced.
#   servers.sh [ROUNDS [SECONDS]]      5 rounds of 3 s unless told otherwise
# "1s": one connection, server and client on the same core. "c64": 64 connections, a core each.
# "client": how busy wrk kept its core at c64. Near 100 % it is the client that sets the pace: then
# what the server could do is more than what is printed.
set -euo pipefail
rounds=${1:-5}
seconds=${2:-3}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=bench/servers.sh
program=${ROUNDTRIP:-$root/build/roundtrip}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait 2> /dev/null || true; rm -rf "$work"' EXIT
. "$root/app/prepare.sh"
install_missing nginx-light golang-go wrk
for tool in nginx go wrk taskset; do
  [ "$tool" = nginx ] && [ -x /usr/sbin/nginx ] && continue
  command -v "$tool" > /dev/null || { echo "servers.sh: $tool is missing; install it" >&2; exit 1; }
done
[ -x "$program" ] || bash "$root/app/run.sh" --build-only

cat > "$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:18081;
    location = /hello { default_type text/plain; return 200 "Hello, World!"; }
  }
}
CONF
(cd "$work" && cp "$root/tests/bench/hello.go" . && GO111MODULE=off go build -o hello hello.go)

# start NAME CORE: starts the server NAME pinned to CORE and waits until it answers.
start() {
  case $1 in
    nginx) taskset -c "$2" /usr/sbin/nginx -p "$work" -c "$work/nginx.conf" & port=18081 ;;
    go) taskset -c "$2" "$work/hello" 18082 & port=18082 ;;
    traced)
      "$program" serve --quiet --port 18083 --workers 1 > "$work/traced.log" 2>&1 &
      port=18083 ;;
    untraced)
      "$program" serve --quiet --port 18084 --workers 1 --no-trace > "$work/untraced.log" 2>&1 &
      port=18084 ;;
  esac
  server=$!
  until curl -fsS -o /dev/null "http://127.0.0.1:$port/hello" 2> /dev/null; do
    kill -0 "$server" 2> /dev/null || { echo "servers.sh: $1 did not start" >&2; exit 1; }
  done
  # The worker is pinned; the thread that collects the trace stays free to use the other core.
  case $1 in
    traced | untraced)
      for thread in /proc/"$server"/task/*; do
        if [ "$(cat "$thread/comm")" = "worker 1" ]; then
          taskset -cp "$2" "${thread##*/}" > /dev/null
        fi
      done ;;
  esac
}

stop() {
  kill -TERM "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
}

# measure NAME SHAPE: requests a second of one round, appended to a file.
measure() {
  local client=1 connections=64
  [ "$2" = 1s ] && client=0 && connections=1
  start "$1" 0
  local TIMEFORMAT='%P'
  { time taskset -c "$client" wrk -t1 -c"$connections" -d"${seconds}s" \
      "http://127.0.0.1:$port/hello" > "$work/wrk.log"; } 2>> "$work/$1.$2.busy"
  awk '/^Requests\/sec/ { print $2 }' "$work/wrk.log" >> "$work/$1.$2"
  stop
  [ "$1" = traced ] || return 0
  grep -q ' 0 untraced' "$work/traced.log" ||
    echo "servers.sh: $2: $(tail -n 1 "$work/traced.log")" >&2
  awk '/^stopped/ { print $7 / $2 }' FS='[ ,]+' "$work/traced.log" >> "$work/events"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  for shape in 1s c64; do
    for name in nginx traced go untraced; do measure "$name" "$shape"; done
  done
done

printf '%-10s %12s %9s %7s %12s %9s %7s %8s\n' server "1s req/s" "x nginx" "x Go" "c64 req/s" \
  "x nginx" "x Go" client
for name in nginx go traced untraced; do
  printf '%-10s' "$name"
  for shape in 1s c64; do
    own=$(median "$work/$name.$shape")
    nginx=$(median "$work/nginx.$shape")
    go=$(median "$work/go.$shape")
    awk -v own="$own" -v nginx="$nginx" -v go="$go" \
      'BEGIN { printf " %12.0f %9.2f %7.2f", own, own / nginx, own / go }'
  done
  printf ' %7.0f%%\n' "$(median "$work/$name.c64.busy")"
done
printf '%.1f events a request\n' "$(median "$work/events")"
tail -n 1 "$work/traced.log"
