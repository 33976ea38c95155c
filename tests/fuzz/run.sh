#!/usr/bin/env bash
# Lets the fuzzers run for as long as one likes: a tree of its own, build-fuzz/, made with clang and
# its sanitizers. What they learn is kept in build-fuzz/corpus/, and the next run begins with it.
# Exits with 1 when anything was found; the input lies in build-fuzz/found-TARGET-….
set -u
script_name=tests/fuzz/run.sh
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P) || exit 1
source "$top/app/prepare.sh"
tree=$top/build-fuzz
targets=()
for source in "$top"/tests/fuzz/*.cpp; do
  name=$(basename "$source" .cpp)
  [[ $name == seeds ]] || targets+=("$name")
done

usage() {
  cat <<END
usage: bash tests/fuzz/run.sh [SECONDS] [TARGET...]

Runs each target for so many seconds (60 unless told), or those that are named.
Targets: ${targets[*]}
To run what was found once more: build-fuzz/test_fuzz_TARGET FILE
END
}

seconds=60
case ${1:-} in
  --help | -h) usage; exit 0 ;;
  [0-9]*) seconds=$1; shift ;;
esac
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
  say "'$seconds' is no number of seconds: --help shows how to call it"
  exit 2
fi
for name in "$@"; do
  [[ " ${targets[*]} " == *" $name "* ]] && continue
  say "there is no target '$name': it is one of ${targets[*]}"
  exit 2
done
(($#)) || set -- "${targets[@]}"

install_missing "${build_packages[@]}" "${test_packages[@]}" "${fuzz_packages[@]}"
if ! command -v clang++ >/dev/null; then
  say "the fuzzers need clang, which is not here"
  exit 1
fi
export LC_ALL=C.UTF-8
configure_tree "$top" "$tree" "${fuzz_options[@]}" || exit 1
cmake --build "$tree" --parallel "$(nproc)" --target "${@/#/test_fuzz_}" || exit 1

found=0
for name in "$@"; do
  mapfile -t args <"$tree/fuzz-$name.args"
  mkdir -p "$tree/corpus/$name"
  printf '\n== %s, %d s\n' "$name" "$seconds"
  "$tree/test_fuzz_$name" -max_total_time="$seconds" -print_final_stats=1 -verbosity=1 \
    "$tree/corpus/$name" "${args[@]}" 2>"$tree/fuzz-$name.log"
  status=$?
  grep -E 'SUMMARY|CHECK|stat::number_of_executed_units|DONE' "$tree/fuzz-$name.log"
  ((status == 0)) && continue
  found=$((found + 1))
  say "$name found something: $tree/fuzz-$name.log tells it"
done
((found == 0))
