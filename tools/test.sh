#!/usr/bin/env bash
# The whole test: every check and every suite. What fails does not hide what comes after it.
set -uo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
fuzz_seconds=60

# Sanitizers reserve fixed ranges of addresses, which a kernel that randomises more bits than they know
# of gives to others now and then. Where that can be switched off for a process, it is.
steady=()
if setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null; then
  steady=(setarch "$(uname -m)" --addr-no-randomize)
fi

build() { # PRESET TARGET...
  local preset=$1
  shift
  # Warnings of CMake are for developers; the compiler's are errors already.
  cmake --preset "$preset" -Wno-dev >/dev/null && cmake --build "build/$preset" -j "$jobs" --target "$@" -- -k 0 --quiet
}

# Runs the suites of a preset and counts their cases from the reports that GoogleTest writes.
run_suites() { # PRESET CTEST-ARGUMENT...
  local preset=$1 status=0
  shift
  rm -rf "build/$preset/reports"
  GTEST_OUTPUT="json:$root/build/$preset/reports/" GTEST_BRIEF=1 \
    "${steady[@]}" ctest --test-dir "build/$preset" --parallel "$jobs" --output-on-failure \
    --no-tests=error "$@" || status=$?
  tools/count_cases.py "build/$preset/reports" >"$STEP_CASES"
  return $status
}

test_tools() {
  local log status=0
  log=$(mktemp)
  python3 -m unittest discover -s tests/tools -t tests/tools 2>&1 | tee "$log" || status=$?
  sed -n 's/^Ran \([0-9]*\) tests\{0,1\}.*/\1 0/p' "$log" >"$STEP_CASES"
  rm -f "$log"
  return $status
}

step "install" tools/install.sh test
# The step may have made .venv and, on Ubuntu 22.04, the CMake in it.
hash -r
step "layers" python3 tools/check_layers.py
step "format" tools/format.sh --check
step "tools' own tests" test_tools
step "build asan" build asan all
step_after "build asan" "suites asan" run_suites asan
step "build tsan" build tsan concurrent_tests
step_after "build tsan" "suites tsan" run_suites tsan --label-regex '^concurrent$'
step "clang-tidy" python3 tools/tidy.py build/asan
step "packaging" tests/packaging/run.sh
if [ -e fuzz/CMakeLists.txt ]; then
  step "fuzz ${fuzz_seconds} s each" tools/fuzz.sh "$fuzz_seconds"
fi
step "house" python3 tools/house.py
closing_table
