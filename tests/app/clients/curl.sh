# Real curl: what it sends and understands by itself, and how the connection goes on.
source "$here/server.sh"
command -v curl >/dev/null || { echo "SKIPPED: curl is not here"; return; }

ask() { fetch --dump-header "$scratch/head" "$@"; }
expect_head_has() { check "the head has '$1'" grep -qiF -e "$1" "$scratch/head"; }
lacks() { ! grep -qiF -e "$1" "$2"; }
expect_head_lacks() { check "the head lacks '$1'" lacks "$1" "$scratch/head"; }
expect_body() { check "the body is $1" cmp -s "$1" "$scratch/out"; }

start_server --quiet
url=http://127.0.0.1:$server_port

test_case "curl: GET and HEAD tell the same head"
ask "$url/hello"
expect_exit 0
expect_stdout_has "Hello, World!"
expect_head_has "HTTP/1.1 200 OK"
expect_head_has "Content-Length: 13"
ask --head "$url/hello"
expect_exit 0
expect_head_has "Content-Length: 13"
check "no body" lacks "Hello, World!" "$scratch/out"

test_case "curl: POST, with a length"
ask --data-binary 'a=b&c=d' "$url/echo"
expect_exit 0
expect_stdout_has 'a=b&c=d'

test_case "curl: an upload in chunks comes back as it was (300,000 bytes)"
head -c 300000 /dev/urandom >"$scratch/random"
ask --header 'Transfer-Encoding: chunked' --data-binary "@$scratch/random" "$url/echo"
expect_exit 0
expect_body "$scratch/random"

test_case "curl: a big body waits for 100 Continue (2,000,000 bytes)"
head -c 2000000 /dev/urandom >"$scratch/big"
ask --header 'Expect: 100-continue' --expect100-timeout 30 --data-binary "@$scratch/big" \
  "$url/echo"
expect_exit 0
expect_head_has "HTTP/1.1 100 Continue"
expect_body "$scratch/big"

test_case "curl: a range of a file"
ask "$url/files/letter.txt"
expect_exit 0
cp "$scratch/out" "$scratch/letter"
tag=$(sed -n 's/^ETag: //Ip' "$scratch/head" | tr -d '\r')
check "the file has a tag" [ -n "$tag" ]
ask --range 5-14 "$url/files/letter.txt"
expect_head_has "HTTP/1.1 206"
expect_head_has "Content-Range: bytes 5-14/$(wc -c <"$scratch/letter")"
check "ten bytes of the file" cmp -s <(tail -c +6 "$scratch/letter" | head -c 10) "$scratch/out"

test_case "curl: If-None-Match with the tag is answered 304, without a body"
ask --header "If-None-Match: $tag" "$url/files/letter.txt"
expect_exit 0
expect_head_has "HTTP/1.1 304"
expect_quiet_stdout

test_case "curl: gzip is asked for, and unpacked to the same"
ask "$url/stream"
expect_head_has "Transfer-Encoding: chunked"
cp "$scratch/out" "$scratch/stream"
ask --compressed "$url/stream"
expect_exit 0
expect_head_has "Content-Encoding: gzip"
expect_body "$scratch/stream"

test_case "curl: to HTTP/1.0 no chunks go, and the end of the connection ends the answer"
ask --http1.0 "$url/stream"
expect_exit 0
expect_head_lacks "Transfer-Encoding"
expect_head_lacks "Content-Length"
expect_body "$scratch/stream"

test_case "curl: several addresses share one connection"
fetch --output /dev/null --output /dev/null --output /dev/null --write-out '%{num_connects}' \
  "$url/hello" "$url/nowhere" "$url/stream"
expect_exit 0
check "one connect, then none" [ "$(<"$scratch/out")" = 100 ]

test_case "curl: SIGTERM ends the server, which counts what it traced"
stop_server TERM
expect_exit 0
expect_quiet_stderr
expect_requests_told 14
