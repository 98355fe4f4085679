#!/usr/bin/env bash
# Formats every C++ file of the project; with --check says what is not formatted, and fails.
set -euo pipefail
source "$(dirname "$0")/env.sh"
how=(-i)
if [ "${1:-}" = --check ]; then how=(--dry-run -Werror); fi
folders=()
for folder in include src tests examples bench fuzz; do
  if [ -d $folder ]; then folders+=("$folder"); fi
done
find "${folders[@]}" -name '*.[ch]pp' -print0 |
  xargs -0 --no-run-if-empty -n 40 -P "$jobs" clang-format "${how[@]}"
