#!/usr/bin/env bash
# Prints every figure that the project claims: run.sh BUILD_DIRECTORY [REPETITIONS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
pinned=$here/pinned.sh
"$pinned" python3 "$here/render.py" "$1" "${2:-7}"
"$pinned" "$1/bench/bench_database" "${2:-9}"
"$pinned" "$1/bench/bench_settings" "${2:-9}"
"$pinned" "$1/bench/bench_pool" "${2:-40}"
"$pinned" "$1/bench/bench_memory"
"$pinned" "$1/bench/bench_filters" "${2:-9}"
if [ -x "$1/bench/bench_async" ]; then "$pinned" "$1/bench/bench_async" "${2:-9}"; fi
