#!/usr/bin/env bash
# Our server, traced and untraced, beside nginx and Go's net/http: one worker each, rounds
# interleaved so that a drifting machine drifts for all. Prints one table of medians and ratios. A
# traced figure counts only when the server says that nothing went untraced.
#   servers.sh [ROUNDS [SECONDS [SHAPE...]]]      5 rounds of 3 s of every shape unless told
# Shapes: 1s       GET /hello over one connection, server and client on the same core
#         c64      over 64 connections, a core each, as all that follow
#         c1000    over 1,000 connections, with the 99th percentile of the latency
#         pipe16   over 64 connections, 16 requests at once
#         close    each on a connection of its own
#         file     a file of 5 MiB over 8 connections
#         upload   5 MiB as multipart, written, synced and renamed (Go and ours), 4 at once
# "client": how busy the client kept its core. Near 100 % it is the client that sets the pace: then
# what the server could do is more than what is printed, and "server" compares: the processor time
# of all the server's threads for a request, the kernel's work for them included, in microseconds.
set -euo pipefail
rounds=${1:-5}
seconds=${2:-3}
shapes=("${@:3}")
((${#shapes[@]})) || shapes=(1s c64 c1000 pipe16 close file upload)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=bench/servers.sh
program=${ROUNDTRIP:-$root/build/roundtrip}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait 2> /dev/null || true; rm -rf "$work"' EXIT
. "$root/app/prepare.sh"
install_missing nginx-light golang-go wrk apache2-utils
for tool in nginx go wrk ab taskset; do
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
    location /files/ { alias $work/files/; sendfile on; }
  }
}
CONF
(cd "$work" && cp "$root/tests/bench/hello.go" . && GO111MODULE=off go build -o hello hello.go)

mkdir "$work/files" "$work/uploads"
chmod 755 "$work" "$work/files"
head -c $((5 << 20)) /dev/zero > "$work/files/big.bin"
{
  printf -- '--edge\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
  cat "$work/files/big.bin"
  printf '\r\n--edge--\r\n'
} > "$work/upload.body"
cat > "$work/pipe16.lua" <<'LUA'
local all
function init(args)
  local requests = {}
  for i = 1, 16 do requests[i] = wrk.format("GET", "/hello") end
  all = table.concat(requests)
end
function request() return all end
LUA

# start NAME CORE: starts the server NAME pinned to CORE and waits until it answers.
start() {
  case $1 in
    nginx) taskset -c "$2" /usr/sbin/nginx -p "$work" -c "$work/nginx.conf" & port=18081 ;;
    go) taskset -c "$2" "$work/hello" 18082 "$work/uploads" & port=18082 ;;
    traced)
      "$program" serve --quiet --port 18083 --workers 1 --files "$work/files" \
        --data "$work/data" > "$work/traced.log" 2>&1 &
      port=18083 ;;
    untraced)
      "$program" serve --quiet --port 18084 --workers 1 --files "$work/files" \
        --data "$work/data" --no-trace > "$work/untraced.log" 2>&1 &
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

# Processor time of the server and of its children, in milliseconds since they started.
server_time() {
  local pid total=0 used
  for pid in "$server" $(pgrep -P "$server"); do
    used=$(sed 's/.*) //' "/proc/$pid/stat" | awk -v tick="$(getconf CLK_TCK)" \
      '{ print int(($12 + $13) * 1000 / tick) }')
    total=$((total + used))
  done
  echo "$total"
}

# answers NAME SHAPE: whether this server has what the shape asks for.
answers() {
  case $1.$2 in
    nginx.upload | go.file) return 1 ;;
  esac
}

# measure NAME SHAPE: requests a second of one round, appended to a file.
measure() {
  local client=1 connections=64 target=/hello more=()
  case $2 in
    1s) client=0 connections=1 ;;
    c1000) connections=1000 ;;
    pipe16) more=(-s "$work/pipe16.lua") ;;
    close) more=(-H "Connection: close") ;;
    file) connections=8 target=/files/big.bin ;;
  esac
  start "$1" 0
  local TIMEFORMAT='%P' before requests
  before=$(server_time)
  if [ "$2" = upload ]; then
    { time taskset -c 1 ab -q -n $((20 * seconds)) -c 4 -p "$work/upload.body" \
        -T 'multipart/form-data; boundary=edge' "http://127.0.0.1:$port/upload" \
        > "$work/ab.log" 2>&1; } 2>> "$work/$1.$2.busy"
    awk '/^Requests per second/ { print $4 }' "$work/ab.log" >> "$work/$1.$2"
    requests=$(awk '/^Complete requests/ { print $3 }' "$work/ab.log")
    grep -q '^Non-2xx' "$work/ab.log" && echo "servers.sh: $1 refused uploads" >&2
    rm -rf "$work/uploads/"* "$work/data"
  else
    { time taskset -c "$client" wrk -t1 -c"$connections" -d"${seconds}s" --latency "${more[@]}" \
        "http://127.0.0.1:$port$target" > "$work/wrk.log"; } 2>> "$work/$1.$2.busy"
    awk '/^Requests\/sec/ { print $2 }' "$work/wrk.log" >> "$work/$1.$2"
    requests=$(awk '/ requests in / { print $1 }' "$work/wrk.log")
    awk '/^ *99%/ { print $2 }' "$work/wrk.log" >> "$work/$1.$2.p99"
    grep -E 'Non-2xx|Socket errors' "$work/wrk.log" | sed "s/^/servers.sh: $1 $2: /" >&2 || true
  fi
  awk -v ms="$(($(server_time) - before))" -v requests="$requests" \
    'BEGIN { printf "%.1f\n", ms * 1000 / requests }' >> "$work/$1.$2.cpu"
  stop
  [ "$1" = traced ] || return 0
  grep -q ' 0 untraced' "$work/traced.log" ||
    echo "servers.sh: $2: $(tail -n 1 "$work/traced.log")" >&2
  [ "$2" = c64 ] || return 0
  awk '/^stopped/ { gsub(",", ""); print $7 / $2 }' "$work/traced.log" >> "$work/events"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  for shape in "${shapes[@]}"; do
    for name in nginx traced go untraced; do
      if answers "$name" "$shape"; then measure "$name" "$shape"; fi
    done
  done
done

printf '%-8s %-9s %10s %8s %8s %9s %8s %10s\n' \
  shape server "req/s" "x nginx" "x Go" p99 client "server us"
for shape in "${shapes[@]}"; do
  for name in nginx go traced untraced; do
    answers "$name" "$shape" || continue
    own=$(median "$work/$name.$shape")
    printf '%-8s %-9s %10.0f' "$shape" "$name" "$own"
    for peer in nginx go; do
      if answers "$peer" "$shape"; then
        awk -v own="$own" -v peer="$(median "$work/$peer.$shape")" \
          'BEGIN { printf " %8.2f", own / peer }'
      else
        printf ' %8s' -
      fi
    done
    p99=-
    if [ -s "$work/$name.$shape.p99" ]; then
      p99=$(sort -h "$work/$name.$shape.p99" | sed -n "$(((rounds + 1) / 2))p")
    fi
    printf ' %9s %7.0f%% %10.1f\n' "$p99" "$(median "$work/$name.$shape.busy")" \
      "$(median "$work/$name.$shape.cpu")"
  done
done
[ -s "$work/events" ] && printf '%.1f events a request\n' "$(median "$work/events")"
tail -n 1 "$work/traced.log"
