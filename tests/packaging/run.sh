#!/usr/bin/env bash
# Installs the static and the shared library into prefixes of their own, and builds and runs the
# consumer against each, found by CMake and by pkg-config.
set -euo pipefail
source "$(dirname "$0")/../../tools/env.sh"
work=$root/build/packaging
consumer=$root/tests/packaging/consumer
compiler=${CXX:-c++}

install_library() { # static|shared
  local shared=OFF
  if [ "$1" = shared ]; then shared=ON; fi
  rm -rf "$work/$1/prefix"
  cmake -S "$root" -B "$work/$1/build" -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS=-O1 -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DBUILD_SHARED_LIBS=$shared \
    -DPGJINJA_CLI=$shared -DCMAKE_INSTALL_PREFIX="$work/$1/prefix" >/dev/null
  cmake --build "$work/$1/build" -j "$jobs" -- --quiet
  cmake --install "$work/$1/build" >/dev/null
}

consume_by_cmake() { # static|shared
  rm -rf "$work/$1/by-cmake"
  cmake -S "$consumer" -B "$work/$1/by-cmake" -G Ninja -DCMAKE_PREFIX_PATH="$work/$1/prefix" >/dev/null
  cmake --build "$work/$1/by-cmake" -- --quiet
  "$work/$1/by-cmake/consumer"
}

consume_by_pkg_config() { # static|shared
  local how=() flags library
  if [ "$1" = static ]; then how=(--static); fi
  library=$(dirname "$(find "$work/$1/prefix" -name 'libpgjinja.*' -print -quit)")
  read -ra flags < <(PKG_CONFIG_PATH="$library/pkgconfig" pkg-config "${how[@]}" --cflags --libs pgjinja)
  "$compiler" -std=c++20 "$consumer/main.cpp" -o "$work/$1/by-pkg-config" "${flags[@]}"
  LD_LIBRARY_PATH="$library" "$work/$1/by-pkg-config"
}

# The installed program has to find the shared library that was installed with it.
run_program() {
  "$work/shared/prefix/bin/pgjinja" render --source 'SELECT {{ n }}' -p n:=1 --json
}

# Nothing of the machine that built it may be written into what others install.
no_build_paths() { # static|shared
  if grep -rl --include='*.cmake' --include='*.pc' -e "$root/src" -e "$root/include" -e "$work/$1/build" "$work/$1/prefix"; then
    echo "packaging: the files above name the build's own folders" >&2
    return 1
  fi
}

for kind in static shared; do
  install_library $kind
  no_build_paths $kind
  consume_by_cmake $kind
  consume_by_pkg_config $kind
  echo "packaging: $kind found by CMake and by pkg-config"
done
run_program
