#!/usr/bin/env bash
# Installs what is missing, builds, makes the data set and runs the tour.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset demo -Wno-dev >/dev/null
  cmake --build build/demo -j "$jobs" --target pgjinja_demo -- --quiet
}

timed_step install tools/install.sh demo
hash -r
timed_step build build
timed_step data python3 tools/demo_data.py build/demo-data
timed_step tour examples/demo/run.sh build/demo build/demo-data
closing_line
