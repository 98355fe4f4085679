#!/usr/bin/env bash
# Builds the peer of the benchmarks that is written in Rust: tools/build_minijinja.sh BUILD_DIRECTORY
# With a cargo older than minijinja asks for, says so and builds nothing; the bench then does without.
set -euo pipefail
source "$(dirname "$0")/env.sh"
manifest=bench/minijinja/Cargo.toml
target=$1/minijinja

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$manifest")
have=$(cargo --version | sed 's/[^ ]* \([0-9.]*\).*/\1/')
if [ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
  rm -rf "$target"
  printf 'bench: minijinja is left out: it needs Rust %s, and cargo here is %s\n' "$wanted" "$have"
  exit
fi
cargo build --quiet --release --locked --manifest-path "$manifest" --target-dir "$target" -j "$jobs"
