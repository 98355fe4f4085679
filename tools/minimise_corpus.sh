#!/usr/bin/env bash
# Adds what runs of a fuzz target found to its seeds, of which few enough are kept that no edge is
# lost: tools/minimise_corpus.sh TARGET. To be run after tools/fuzz.sh.
# More than 400 files are kept as one archive.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/seeds.sh
target=${1:?which target?}

kept=build/fuzz/kept/$target
rm -rf "$kept"
mkdir -p "$kept"
"build/fuzz/fuzzers/$target" -set_cover_merge=1 -use_counters=0 "$kept" \
  "build/fuzz/corpus/$target" "$(seeds_of "$target")"

rm -rf "fuzz/corpus/$target" "fuzz/corpus/$target.tar.gz"
if [ "$(find "$kept" -type f | wc -l)" -gt 400 ]; then
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$kept" \
    -c . | gzip -n9 >"fuzz/corpus/$target.tar.gz"
else
  cp -r "$kept" "fuzz/corpus/$target"
fi
