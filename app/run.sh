#!/usr/bin/env bash
# Builds Roundtrip and starts it: installs the packages that are missing, configures and builds
# (Release, in build/), then becomes the program. Whether there is a display, the program finds out.
set -u
script_name=app/run.sh
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P) || exit 1
source "$top/app/prepare.sh"

usage() {
  cat <<'END'
usage: bash app/run.sh [--build-only] [-- ARGUMENT...]

Installs what is missing (on Debian, as root or with sudo), builds Roundtrip into build/ and
starts it.

  --build-only   stop after the build
  --help         show this page
  -- ARGUMENT    everything after -- goes to the program

for example:
  bash app/run.sh                        the window, or 01-hello as text where there is no display
  bash app/run.sh -- run 01-hello        one scenario as text
  bash app/run.sh -- serve --port 8080   the server without a window
END
}

build_only=no
while (($#)); do
  case $1 in
    --build-only) build_only=yes ;;
    --help | -h) usage; exit 0 ;;
    --) shift; break ;;
    *)
      say "unknown argument '$1': what is meant for the program comes after --, and --help" \
        "tells the rest"
      exit 2
      ;;
  esac
  shift
done

# The program's standard output is its own: everything of the build goes to standard error.
tree=$top/build
install_missing "${build_packages[@]}"
configure_tree "$top" "$tree" -DCMAKE_BUILD_TYPE=Release || exit 1
cmake --build "$tree" --target roundtrip --parallel "$(nproc)" >&2 || {
  say "the program could not be built; the lines above say why"
  exit 1
}
[[ $build_only == no ]] || exit 0
# As a process of its own and not by exec: the kernel counts a program's time from its process's
# beginning, and all of this script would be in it.
"$tree/roundtrip" "$@"
