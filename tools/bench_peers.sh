#!/usr/bin/env bash
# Installs what is missing, builds optimised and prints the ratios to other PostgreSQL libraries:
#   tools/bench_peers.sh [REPETITIONS]
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset release -Wno-dev >/dev/null
  cmake --build build/release -j "$jobs" --target bench_peers -- --quiet
  tools/build_rust_peer.sh build/release tokio_postgres
}

timed_step install tools/install.sh peers
hash -r
timed_step build build
timed_step bench bench/pinned.sh python3 bench/peers.py build/release "$@"
closing_line
