#!/usr/bin/env bash
# Builds the chaos suite optimised and runs it in its long form: tools/chaos.sh [--short|--long] [SCENARIO…]
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  # The release preset with its tests, in a directory of its own: so `make bench` stays as it is.
  cmake --preset release -B build/chaos -DPGJINJA_TESTS=ON -DPGJINJA_EXAMPLES=OFF \
    -DPGJINJA_BENCH=OFF -Wno-dev >/dev/null
  cmake --build build/chaos -j "$jobs" --target chaos -- --quiet
}

form=--long
if [ "${1:-}" = --short ] || [ "${1:-}" = --long ]; then
  form=$1
  shift
fi
timed_step install tools/install.sh test
hash -r
timed_step build build
timed_step chaos build/chaos/tests/chaos/chaos "$form" "$@"
closing_line
