# Python's http.client: two requests on one connection, and a body from an iterator, in chunks.
source "$here/server.sh"
command -v python3 >/dev/null || { echo "SKIPPED: python3 is not here"; return; }

test_case "python: keep-alive, and a body of chunks"
start_server --quiet
run python3 "$here/../clients/http_client.py" "$server_port"
expect_exit 0
expect_quiet_stderr
stop_server TERM
expect_exit 0
expect_requests_told 4
