# ApacheBench: 2,000 requests over 32 connections that are kept, and none fails.
source "$here/server.sh"
command -v ab >/dev/null || { echo "SKIPPED: ab, of apache2-utils, is not here"; return; }

test_case "ab: 2,000 requests, none failed"
start_server --quiet
run ab -q -k -n 2000 -c 32 "http://127.0.0.1:$server_port/hello"
expect_exit 0
check "2,000 complete" grep -Eq '^Complete requests: +2000$' "$scratch/out"
check "none failed" grep -Eq '^Failed requests: +0$' "$scratch/out"
check "all on kept connections" grep -Eq '^Keep-Alive requests: +2000$' "$scratch/out"
stop_server TERM
expect_exit 0
expect_requests_told 2000
