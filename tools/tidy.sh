#!/usr/bin/env bash
# clang-tidy by hand: tools/tidy.sh [FILE...]. It needs the compile database, not a build.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cmake --preset asan -Wno-dev >/dev/null
python3 tools/tidy.py build/asan "$@"
