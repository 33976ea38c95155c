# Sourced by the cases that need a server: starts `roundtrip serve` on a free port, waits for the
# line that says it listens, and stops it by a signal. Never waits for time to pass.
servers=${servers:-0}
server_pid=
server_port=

# start_server OPTIONS…: leaves server_pid, server_port; standard output is read by server_says.
start_server() {
  servers=$((servers + 1))
  local out=$scratch/server$servers.out in=$scratch/server$servers.in
  mkfifo "$out" "$in"
  # Opened both ways, so that neither side waits for the other.
  exec {server_in}<>"$in" {server_out}<>"$out"
  command_line="serve --port 0 $*"
  "$program" serve --port 0 "$@" <"$in" >"$out" 2>"$scratch/server.err" \
    {server_in}>&- {server_out}>&- &
  server_pid=$!
  server_says listening && server_port=${server_line##*127.0.0.1:} && server_port=${server_port%% *}
}

# server_says WORDS: reads lines until one has the words; leaves it in server_line.
server_says() {
  while IFS= read -r -t "$command_timeout_s" server_line <&"$server_out"; do
    printf '%s\n' "$server_line" >>"$scratch/server.said"
    [[ $server_line == *"$1"* ]] && return 0
  done
  return 1
}
expect_server_says() {
  : >"$scratch/out"
  : >"$scratch/err"
  check "the server says '$1'" server_says "$1"
}

type_to_server() { printf '%s' "$1" >&"$server_in"; }

# stop_server SIGNAL: leaves exit_code, and what the server said last in $scratch/out.
stop_server() {
  kill -s "$1" "$server_pid"
  wait "$server_pid"
  exit_code=$?
  : >"$scratch/out"
  while read -t 0 <&"$server_out" && IFS= read -r server_line <&"$server_out"; do
    printf '%s\n' "$server_line" >>"$scratch/out"
  done
  cp "$scratch/server.err" "$scratch/err"
  exec {server_in}>&- {server_out}>&-
}

# Each request was traced, or counted as one that was not: what a stopped server said last.
expect_requests_told() {
  local told='s/.* ([0-9,]+) requests? traced, ([0-9,]+) untraced.*/\1+\2/p'
  told=$(sed -nE "$told" "$scratch/out" | tr -d ,)
  check "$1 requests, traced or untraced" [ "$((${told:-0}))" = "$1" ]
}

fetch() { run curl --silent --show-error --max-time "$command_timeout_s" "$@"; }
