#!/usr/bin/env bash
# Builds a peer of the benchmarks that is written in Rust, the crate bench/NAME:
#   tools/build_rust_peer.sh BUILD_DIRECTORY NAME
# Where it cannot be built, says why and builds nothing; the bench then does without.
set -euo pipefail
source "$(dirname "$0")/env.sh"
name=$2
manifest=bench/$name/Cargo.toml
target=$1/$name

leave_out() { # WHY
  rm -rf "$target"
  printf 'bench: %s is left out: %s\n' "$name" "$1"
  exit
}

command -v cargo >/dev/null || leave_out 'there is no cargo'
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$manifest")
have=$(cargo --version | sed 's/[^ ]* \([0-9.]*\).*/\1/')
if [ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
  leave_out "it needs Rust $wanted, and cargo here is $have"
fi
cargo build --quiet --release --locked --manifest-path "$manifest" --target-dir "$target" -j "$jobs" ||
  leave_out 'cargo could not build it'
