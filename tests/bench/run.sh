#!/usr/bin/env bash
# Builds and runs the benchmarks. Not part of the tests: figures depend on the machine and on what
# else it does, so compare ratios within one run.
#   bash tests/bench/run.sh             the micro-benchmarks
#   bash tests/bench/run.sh --server    the server beside nginx and Go, in interleaved rounds
#   bash tests/bench/run.sh --search    search in 1,000,000 events: first hits, the longest slice
#   bash tests/bench/run.sh --start     how long starting takes, in text and in a window under Xvfb
#   bash tests/bench/run.sh --frames    CPU of a frame over millions of events, at many zooms
#   bash tests/bench/run.sh --live      60 s of frames while 5,000 requests a second arrive
#   bash tests/bench/run.sh --wire      the lab's wire beside a bare copy loop over the same TUN
#   bash tests/bench/run.sh --endurance [N]  1,000,000 requests, traced and not: does memory grow?
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=bench/run.sh
program=roundtrip_bench
case "${1:-}" in
  --search) program=search_bench; shift ;;
  --server) exec bash "$root/tests/bench/servers.sh" "${@:2}" ;;
  --start) exec bash "$root/tests/bench/start.sh" "${@:2}" ;;
  --frames) program=frame_bench; shift ;;
  --live) program=live_bench; shift ;;
  --wire) program=wire_bench; shift ;;
  -h | --help) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
esac
. "$root/app/prepare.sh"
if [[ ${1:-} == --endurance ]]; then
  install_missing doctest-dev
  configure_tree "$root" "$root/build" -DCMAKE_BUILD_TYPE=Release -DROUNDTRIP_TESTS=ON
  cmake --build "$root/build" --target test_app >&2
  export ROUNDTRIP_REQUESTS=${2:-1000000}
  exec "$root/build/test_app" --test-case="endurance*"
fi
install_missing libbenchmark-dev
configure_tree "$root" "$root/build-bench" -DCMAKE_BUILD_TYPE=Release -DROUNDTRIP_BENCH=ON
cmake --build "$root/build-bench" --target "$program" >&2
exec "$root/build-bench/$program" "$@"
