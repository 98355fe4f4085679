#!/usr/bin/env bash
# How the pool's size follows its load, simulated and on a real server: a table, and docs/pool-size.svg.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset release -Wno-dev >/dev/null
  cmake --build build/release -j "$jobs" --target bench_pool_size -- --quiet
}

plot() {
  python3 -m venv build/plots
  build/plots/bin/pip install --quiet --requirement tools/requirements-plots.txt
  build/plots/bin/python bench/plot_pool_size.py build/pool-size.csv docs/pool-size.svg
}

timed_step install tools/install.sh bench
hash -r
timed_step build build
timed_step run build/release/bench/bench_pool_size build/pool-size.csv
timed_step plot plot
closing_line
