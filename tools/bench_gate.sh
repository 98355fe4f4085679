#!/usr/bin/env bash
# Installs what is missing, builds optimised and fails when an instruction count is over its bar.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset release -Wno-dev >/dev/null
  cmake --build build/release -j "$jobs" --target bench_render -- --quiet
}

timed_step install tools/install.sh bench
hash -r
timed_step build build
timed_step gate python3 bench/gate.py build/release
closing_line
