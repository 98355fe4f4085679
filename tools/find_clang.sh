#!/usr/bin/env bash
# Prints the newest clang++ of this machine that has libFuzzer, or fails with what to do.
for version in 19 18 17 16 15 14; do
  runtime=(/usr/lib/llvm-$version/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a)
  if command -v "clang++-$version" >/dev/null && [ -e "${runtime[0]}" ]; then
    echo "clang++-$version"
    exit 0
  fi
done
echo "no clang++ with libFuzzer found: run tools/install.sh fuzz" >&2
exit 1
