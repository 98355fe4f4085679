#!/usr/bin/env bash
# Line and branch coverage of the whole suite: a summary here, the pages in build/coverage/report.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source tools/steps.sh

build() {
  cmake --preset coverage -Wno-dev >/dev/null
  cmake --build build/coverage -j "$jobs" -- --quiet
}

suites() {
  find build/coverage -name '*.gcda' -delete
  ctest --test-dir build/coverage --output-on-failure --no-tests=error
}

report() {
  mkdir -p build/coverage/report
  gcovr --root . --object-directory build/coverage --filter 'src/' --filter 'include/' \
    --exclude-throw-branches -j "$jobs" --txt --txt-summary \
    --html-details build/coverage/report/index.html
}

timed_step install tools/install.sh test
hash -r
timed_step build build
timed_step suites suites
timed_step report report
closing_line
