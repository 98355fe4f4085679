#!/usr/bin/env bash
# Runs every fuzz target for some seconds: tools/fuzz.sh [SECONDS] [TARGET...]
# fuzz/corpus/TARGET holds its seeds, fuzz/dictionaries/TARGET.dict its words; what a run finds goes
# to build/fuzz/corpus and build/fuzz/crashes. tools/minimise_corpus.sh makes seeds of it.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/seeds.sh
seconds=${1:-60}
shift || true

# The sanitizer keeps the stack of each allocation for ever, and templates make ever new ones: with whole
# stacks a run of half an hour ends for lack of memory.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}malloc_context_size=5:quarantine_size_mb=64

cmake --preset fuzz -Wno-dev -DCMAKE_CXX_COMPILER="$(tools/find_clang.sh)" >/dev/null
cmake --build build/fuzz -j "$jobs" --target fuzz_targets -- --quiet

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for program in build/fuzz/fuzzers/*; do targets+=("$(basename "$program")"); done
fi

fuzz() { # TARGET
  local target=$1 words=()
  mkdir -p "build/fuzz/corpus/$target" build/fuzz/crashes
  if [ -e "fuzz/dictionaries/$target.dict" ]; then words=("-dict=fuzz/dictionaries/$target.dict"); fi
  "build/fuzz/fuzzers/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=4096 -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$target-" \
    "${words[@]}" "build/fuzz/corpus/$target" "$(seeds_of "$target")" >"build/fuzz/$target.log" 2>&1 ||
    {
      grep -av '^#.*cov:' "build/fuzz/$target.log" | tail -n 60
      return 1
    }
  printf '%s: %s runs, %s edges\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")" \
    "$(sed -n 's/^#.*DONE *cov: \([0-9]*\) .*/\1/p' "build/fuzz/$target.log")"
}

# Two at a time on two cores; every target runs, also after another has failed.
export seconds
export -f fuzz seeds_of
printf '%s\n' "${targets[@]}" | xargs -n 1 -P "$jobs" bash -c 'fuzz "$0"'
