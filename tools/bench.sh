#!/usr/bin/env bash
# Installs what is missing, builds optimised and prints the ratios.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset release -Wno-dev >/dev/null
  cmake --build build/release -j "$jobs" -- --quiet
  tools/build_rust_peer.sh build/release minijinja
}

timed_step install tools/install.sh bench
hash -r
timed_step build build
timed_step bench bench/run.sh build/release "$@"
closing_line
