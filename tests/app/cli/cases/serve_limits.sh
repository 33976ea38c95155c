# `serve` with limits and folders of its own: each where it bites, seen from curl.
source "$here/server.sh"

# status_of CURL-OPTIONS…: fetches, and leaves nothing but the status on standard output.
status_of() {
  fetch --output "$scratch/body" --write-out '%{http_code}\n' "$@"
}

test_case "serve limits: a body beyond --max-body is 413, one within is taken"
start_server --max-body 1KiB --max-header 512 --handler-timeout 0.02
status_of --data-binary "$(printf '%1024s' x)" "http://127.0.0.1:$server_port/echo"
expect_stdout_has 200
status_of --data-binary "$(printf '%1025s' x)" "http://127.0.0.1:$server_port/echo"
expect_stdout_has 413

test_case "serve limits: a head beyond --max-header is 431, one within is taken"
status_of --header "X-Long: $(printf '%0200d' 0)" "http://127.0.0.1:$server_port/hello"
expect_stdout_has 200
status_of --header "X-Long: $(printf '%0600d' 0)" "http://127.0.0.1:$server_port/hello"
expect_stdout_has 431

test_case "serve limits: a handler beyond --handler-timeout is 503"
status_of "http://127.0.0.1:$server_port/slow?ms=50000"
expect_stdout_has 503
stop_server TERM
expect_exit 0

test_case "serve limits: beyond --max-connections a client waits until another has left"
start_server --max-connections 1
exec {first}<>"/dev/tcp/127.0.0.1/$server_port"
printf 'GET /hello HTTP/1.1\r\nHost: t\r\n\r\n' >&"$first"
expect_server_says "GET /hello 200"
# The kernel takes the second, the server does not: closed unanswered when its patience ends.
run curl --silent --max-time 0.2 "http://127.0.0.1:$server_port/hello"
expect_exit 28
exec {first}>&-
fetch "http://127.0.0.1:$server_port/hello"
expect_stdout_has "Hello, World!"
stop_server TERM
expect_exit 0

test_case "serve limits: a request that runs beyond --shutdown-grace is cut, and said to be"
start_server --shutdown-grace 0.05
exec {cut}<>"/dev/tcp/127.0.0.1/$server_port"
printf 'POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n' >&"$cut"
printf 'Expect: 100-continue\r\n\r\n' >&"$cut"
# The handler runs, and waits for a body that does not come.
read -r -t "$command_timeout_s" -u "$cut" line
check "the handler asks for the body" [ "${line%$'\r'}" = "HTTP/1.1 100 Continue" ]
stop_server TERM
expect_exit 0
expect_stdout_has "the grace of 0.05 s was over: 1 request cut"
exec {cut}>&-

test_case "serve limits: --data keeps users and uploads, --files is shown"
mkdir "$scratch/shown"
echo "to be shown" >"$scratch/shown/a.txt"
start_server --data "$scratch/kept/deep" --files "$scratch/shown"
fetch --data '{"name":"Ann","email":"ann@example.com"}' "http://127.0.0.1:$server_port/api/users"
expect_exit 0
fetch --form "file=@$scratch/shown/a.txt" "http://127.0.0.1:$server_port/upload"
expect_stdout_has "Saved a.txt"
fetch "http://127.0.0.1:$server_port/files/a.txt"
expect_stdout_has "to be shown"
stop_server TERM
expect_exit 0
check "the upload is there" cmp "$scratch/shown/a.txt" "$scratch/kept/deep/uploads/a.txt"
start_server --data "$scratch/kept/deep"
fetch "http://127.0.0.1:$server_port/api/users"
expect_stdout_has "ann@example.com"
stop_server TERM
expect_exit 0

test_case "serve limits: a file that is no database is said in the answer and in the log"
mkdir "$scratch/broken"
printf '%04096d' 0 >"$scratch/broken/users.db"
start_server --data "$scratch/broken"
fetch "http://127.0.0.1:$server_port/api/users"
expect_stdout_has "move the file away"
expect_server_says "GET /api/users 500"
check "the log says why" grep -q "file is not a database" <<<"$server_line"
fetch "http://127.0.0.1:$server_port/hello"
expect_stdout_has "Hello, World!"
stop_server TERM
expect_exit 0

test_case "serve limits: a value out of range is a wrong usage"
for words in "--max-body 3MB" "--max-memory 1KiB" "--max-header 64KiB" "--max-connections 0" \
  "--handler-timeout 0" \
  "--shutdown-grace -1" "--files /no/such/folder" "--data /dev/null"; do
  # shellcheck disable=SC2086
  roundtrip serve $words
  expect_usage_error
done
