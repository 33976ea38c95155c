# The packets of the loopback as the server's own program sees them: `--capture`.
source "$here/server.sh"

if "$program" doctor | grep -q "^works  loopback with capture"; then
  test_case "serve: --capture sees every packet, beside what the server tells"
  start_server --capture --trace "$scratch/captured.trace.json"
  fetch "http://127.0.0.1:$server_port/hello"
  expect_exit 0
  stop_server INT
  expect_exit 0
  roundtrip check "$scratch/captured.trace.json"
  expect_exit 0
  roundtrip text "$scratch/captured.trace.json"
  expect_exit 0
  expect_stdout_has "THE PACKETS"
  expect_stdout_has "SYN+ACK"
  expect_stdout_has "acknowledges-fin"
  roundtrip export "$scratch/captured.trace.json" --pcapng "$scratch/captured.pcapng"
  expect_exit 0
  if command -v tshark >/dev/null; then
    run tshark -n -r "$scratch/captured.pcapng" -Y "_ws.malformed || tcp.analysis.flags"
    expect_exit 0
    expect_quiet_stdout
    run tshark -n -r "$scratch/captured.pcapng" -Y http -T fields -e http.request.uri \
      -e http.response.code
    expect_stdout_has "/hello"
    expect_stdout_has "200"
  fi

  test_case "run: --capture shows the packets of a lesson on the loopback"
  roundtrip run 01-hello --capture
  expect_exit 0
  expect_stdout_has "THE PACKETS"

  if ((EUID == 0)) && unshare --mount true 2>/dev/null; then
    test_case "run: a lesson on the wire is captured where no lab can be made"
    run unshare --mount sh -c \
      "mount --bind /dev/null /dev/net/tun && exec '$program' run 20-handshake"
    expect_exit 0
    expect_stderr_has "no lab can be made here"
    expect_stderr_has "where they are captured"
    expect_stdout_has "THE PACKETS"
  fi
fi

if ((EUID == 0)) && command -v setpriv >/dev/null; then
  without_raw() { run setpriv --bounding-set=-net_raw --inh-caps=-net_raw "$program" "$@"; }
  for words in "serve --port 0 --capture" "run 01-hello --capture"; do
    test_case "capture: what is missing where it can't be had ($words)"
    # shellcheck disable=SC2086
    without_raw $words
    expect_exit 1
    expect_one_sentence
    expect_stderr_has "packets can't be captured here"
    expect_stderr_has "setcap cap_net_raw+ep"
  done
  if unshare --mount true 2>/dev/null; then
    test_case "run: a lesson on the wire goes on with the kernel's stamps without lab and capture"
    run unshare --mount sh -c "mount --bind /dev/null /dev/net/tun &&
      exec setpriv --bounding-set=-net_raw --inh-caps=-net_raw '$program' run 20-handshake"
    expect_exit 0
    expect_stderr_has "no lab can be made here"
  fi
fi

test_case "capture: it is of IPv4, of a trace, and no measurement"
roundtrip serve --port 0 --host ::1 --capture
expect_exit 1
expect_one_sentence
expect_stderr_has "of IPv4 alone"
roundtrip serve --port 0 --capture --no-trace
expect_usage_error
roundtrip run 13-thousand --model all --capture
expect_exit 1
expect_one_sentence
