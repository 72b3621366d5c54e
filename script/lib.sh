# Shared by the scripts of this folder: source it. Installs what is missing, builds a preset.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
# Clones share what ccache has.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

# Debian 12 packages: to build and run; `test_packages` only for the tests and the foreign client.
build_packages="g++ cmake ninja-build ccache pkg-config git ca-certificates openssl python3 libgrpc++-dev
  protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libabsl-dev libssl-dev libsqlite3-dev
  libpg-query-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libfmt-dev coinor-libclp-dev libboost-dev
  zlib1g-dev libpq-dev libgtest-dev libgmock-dev"
test_packages="strace e2fsprogs postgresql-15 libglpk-dev python3-grpcio python3-protobuf python3-scipy"

say() { printf '== %s\n' "$*" >&2; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# install PACKAGE...: only what is not there, so that a second run needs no network.
install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What the build needs, DuckDB included.
install_build() {
  # shellcheck disable=SC2086
  install $build_packages
  command -v npm >/dev/null || install nodejs npm
  "$root/script/fetch-duckdb"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  say "building ($preset)"
  (cd "$root" && cmake --preset "$preset" >"build-$preset.log" 2>&1) || { cat "$root/build-$preset.log" >&2; return 1; }
  rm -f "$root/build-$preset.log"
  ninja -C "$root/build/$preset" -j "$jobs" "$@" >&2
}
