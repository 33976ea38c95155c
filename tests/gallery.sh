#!/usr/bin/env bash
# Draws the gallery: every view of every recording in every mode, and contact sheets of them.
set -u
script_name=tests/gallery.sh
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P) || exit 1
source "$top/app/prepare.sh"

usage() {
  cat <<'END'
usage: bash tests/gallery.sh OUT [VIEW]

Draws every view (or one, such as router) at the start, the middle and the end of every recording,
and what lies over them (keys, palette, drawers), at 1280x720 and 1920x1080, on a projector, at
150 and 200 %, light and dark, into the folder OUT;
sheet-*.png show one view or one mode a page; defects.txt lists what overlaps or is cut.
END
}

case ${1:-} in
  --help | -h) usage; exit 0 ;;
  '' | -*) usage >&2; exit 2 ;;
esac

install_missing "${build_packages[@]}" "${test_packages[@]}"
export LC_ALL=C.UTF-8
tree=$top/build
if ! configure_tree "$top" "$tree" -DCMAKE_BUILD_TYPE=Release -DROUNDTRIP_TESTS=ON ||
  ! cmake --build "$tree" --target gallery --parallel "$(nproc)"; then
  say "the gallery could not be built; the lines above say where"
  exit 1
fi
exec "$tree/gallery" "$top" "$@"
