#!/usr/bin/env bash
# Builds and runs every test through ctest: the Release build in build/, then the sanitizer builds,
# ASan+UBSan in build-asan/ and TSan in build-tsan/, and a moment of each fuzzer in build-fuzz/.
# Exits with 1 when anything does not build or does not pass.
set -u
script_name=tests/run.sh
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P) || exit 1
source "$top/app/prepare.sh"

usage() {
  cat <<'END'
usage: bash tests/run.sh [--quick]

Installs what is missing (on Debian, as root or with sudo), builds Roundtrip with its tests and
runs them. The last line counts them over all builds.

  --quick   the Release build only, without sanitizers and fuzzers
  --help    show this page
END
}

quick=no
while (($#)); do
  case $1 in
    --quick) quick=yes ;;
    --help | -h) usage; exit 0 ;;
    *) say "unknown argument '$1': --help shows what there is"; exit 2 ;;
  esac
  shift
done

jobs=$(nproc)
test_timeout_s=600  # under a sanitizer a test may take a minute on a free machine
passed=0
failed=0
rooms=()  # the tests to build and run; none: all

# test_build NAME TREE WRAPPER… -- OPTION…: configures, builds and runs one tree, and adds to the
# counts. A tree that can't be built counts as one failure.
test_build() {
  local name=$1 tree=$top/$2 wrapper=() output total bad
  shift 2
  while [[ $1 != -- ]]; do wrapper+=("$1"); shift; done
  shift
  printf '\n== %s, in %s/\n' "$name" "${tree##*/}"
  if ! configure_tree "$top" "$tree" -DROUNDTRIP_TESTS=ON "$@" ||
    ! cmake --build "$tree" --parallel "$jobs" ${rooms:+--target "${rooms[@]/#/test_}"}; then
    say "the $name build failed; the lines above say where"
    failed=$((failed + 1))
    return
  fi
  output=$tree/ctest-output.txt
  "${wrapper[@]}" ctest --test-dir "$tree" --output-on-failure --no-tests=error --parallel "$jobs" \
    ${rooms:+--tests-regex "^($(IFS='|'; printf '%s' "${rooms[*]}"))\$"} \
    --timeout "$test_timeout_s" 2>&1 | tee "$output"
  local status=${PIPESTATUS[0]}
  read -r bad total < <(sed -nE \
    's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$output")
  # Without a summary, or with one that contradicts the exit code, ctest itself has failed.
  if [[ -z ${total:-} || ($status != 0 && $bad == 0) ]]; then
    failed=$((failed + 1))
    return
  fi
  failed=$((failed + bad))
  passed=$((passed + total - bad))
}

install_missing "${build_packages[@]}" "${test_packages[@]}" "${fuzz_packages[@]}"
export LC_ALL=C.UTF-8
started_s=$SECONDS
test_build Release build -- -DCMAKE_BUILD_TYPE=Release

if [[ $quick == no ]]; then
  # -Og keeps the builds short and the stacks whole. Debian's libraries are not instrumented, and
  # nothing they do was reported so far. Only Mesa unloads itself with a leak that can't be named
  # afterwards: a test that opens a window runs with detect_leaks=0 added to ASAN_OPTIONS.
  checked=(-DCMAKE_BUILD_TYPE=Checked "-DCMAKE_CXX_FLAGS=-Og -D_GLIBCXX_ASSERTIONS")
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=print_stacktrace=1
  export TSAN_OPTIONS=second_deadlock_stack=1
  rooms=(core_base core_trace core_http core_packet core_runtime core_net core_net_wire
    core_capture core_server core_scenario viz_model viz app)
  test_build ASan+UBSan build-asan -- "${checked[@]}" -DROUNDTRIP_SANITIZE=address,undefined

  # g++ 12's TSan needs certain addresses free: where the kernel moves mappings by more than 28 bits
  # it stops at once, so its tests run with mappings that stay.
  fixed_addresses=(setarch "$(uname -m)" --addr-no-randomize)
  "${fixed_addresses[@]}" true 2>/dev/null || fixed_addresses=()
  # The rooms where more than one thread is at work.
  rooms=(core_trace core_runtime core_net core_net_wire core_server core_scenario app)
  test_build TSan build-tsan "${fixed_addresses[@]}" -- "${checked[@]}" -DROUNDTRIP_SANITIZE=thread

  # A moment of each fuzzer, with the same inputs every time: tests/fuzz/run.sh runs them longer.
  if command -v clang++ >/dev/null; then
    rooms=()
    for source in "$top"/tests/fuzz/*.cpp; do
      [[ $source == */seeds.cpp ]] || rooms+=("fuzz_$(basename "$source" .cpp)")
    done
    test_build fuzzers build-fuzz -- "${fuzz_options[@]}"
  else
    say "THE FUZZERS WERE LEFT OUT: clang is not here"
  fi
fi

say "done in $((SECONDS - started_s)) s"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed > 0))
