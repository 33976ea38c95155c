# What app/run.sh and tests/run.sh, which source this file, do before a build: install the Debian
# packages that are missing, and configure a tree. Installing never stops the script: what can't be
# installed is named in one sentence, and the build goes on with what CMake's find_package finds.

build_packages=(g++ cmake ninja-build pkg-config libimgui-dev libglfw3-dev libfmt-dev libsqlite3-dev
  nlohmann-json3-dev zlib1g-dev libcli11-dev fonts-dejavu-core
  libgl1 libgl1-mesa-dri)
test_packages=(doctest-dev ccache curl xvfb xauth xdotool libx11-dev
  python3 apache2-utils tshark)
# Another Node.js than Debian's serves as well, and the two can't stand side by side.
command -v node >/dev/null || command -v nodejs >/dev/null || test_packages+=(nodejs)
# The fuzzers' own: libFuzzer comes with clang's runtime.
fuzz_packages=(clang libclang-rt-dev)
fuzz_options=(-DROUNDTRIP_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Checked
  "-DCMAKE_CXX_FLAGS=-O1 -D_GLIBCXX_ASSERTIONS"
  -DROUNDTRIP_SANITIZE=fuzzer-no-link,address,undefined)

say() { printf '%s: %s\n' "$script_name" "$*" >&2; }

# missing_packages NAME…: prints the names that dpkg does not report as installed.
missing_packages() {
  local installed name
  installed=$'\n'$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)$'\n'
  for name in "$@"; do
    [[ $installed == *$'\n'"$name installed"$'\n'* ]] || printf '%s\n' "$name"
  done
}

# install_missing NAME…: needs apt-get, and root or a sudo that asks for no password.
install_missing() {
  local missing as_root=()
  if ! command -v dpkg-query >/dev/null; then
    say "this system has no Debian packages, so please see that these are here under the names" \
      "they have on it: $*"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  local by_hand="install them with: sudo apt-get install ${missing[*]}"
  if ! command -v apt-get >/dev/null; then
    say "these packages are missing and there is no apt-get to install them: ${missing[*]}"
    return
  fi
  if [[ $(id -u) != 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      say "some packages are missing and installing needs root; $by_hand"
      return
    fi
    as_root=(sudo -n)
  fi

  say "installing ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  "${apt[@]}" -q update >&2
  "${apt[@]}" -q -y --no-install-recommends install "${missing[@]}" >&2 ||
    say "apt-get could not install every package (its lines above say why); $by_hand"
}

# configure_tree SOURCE TREE OPTION…: a Ninja tree where Ninja is there, else CMake's own choice.
# A tree that was made for another folder (the source was moved or copied) is begun anew. To
# configure a tree once more takes a tenth of a second, so nothing has to remember what was done.
configure_tree() {
  local source=$1 tree=$2 generator=()
  shift 2
  if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$source" "$tree/CMakeCache.txt" 2>/dev/null; then
    rm -rf "$tree/CMakeCache.txt" "$tree/CMakeFiles"
    command -v ninja >/dev/null && generator=(-G Ninja)
  fi
  cmake -S "$source" -B "$tree" "${generator[@]}" "$@" >/dev/null || {
    say "CMake could not configure ${tree##*/}/; its lines above say what it did not find"
    return 1
  }
}
