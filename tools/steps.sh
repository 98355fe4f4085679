# Sourced by the runners. `step NAME COMMAND...` runs a command, times it and remembers how it
# ended; a failure does not stop the steps that follow, so that one run shows all of them.
# `closing_table` prints the table and the line that CI reads, and gives the run's exit status.
#
# A step counts as one case. A command that runs many writes their numbers, "PASSED FAILED",
# to the file named by $STEP_CASES.

step_names=()
step_results=()
step_seconds=()
cases_passed=0
cases_failed=0

record_step() { # NAME RESULT SECONDS PASSED FAILED
  step_names+=("$1")
  step_results+=("$2")
  step_seconds+=("$3")
  cases_passed=$((cases_passed + $4))
  cases_failed=$((cases_failed + $5))
}

step() { # NAME COMMAND...
  local name=$1 began=$SECONDS status=0 passed=1 failed=0 result=passed
  shift
  printf '\n=== %s\n' "$name"
  STEP_CASES=$(mktemp)
  export STEP_CASES
  "$@" </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    result="FAILED ($status)"
    passed=0
    failed=1
  fi
  if [ -s "$STEP_CASES" ]; then read -r passed failed <"$STEP_CASES"; fi
  # What broke may be the runner itself, before or after its cases: it still counts.
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  rm -f "$STEP_CASES"
  record_step "$name" "$result" $((SECONDS - began)) "$passed" "$failed"
}

# A step that makes no sense when an earlier one failed: it is then reported as failed, not hidden.
step_after() { # EARLIER NAME COMMAND...
  local earlier=$1 name=$2 i
  shift
  for i in "${!step_names[@]}"; do
    if [ "${step_names[$i]}" = "$earlier" ] && [ "${step_results[$i]}" != passed ]; then
      printf '\n=== %s: not run, because "%s" failed\n' "$name" "$earlier"
      record_step "$name" "NOT RUN" 0 0 1
      return
    fi
  done
  step "$@"
}

closing_table() {
  local i
  printf '\n%-28s %-12s %8s\n' step result seconds
  for i in "${!step_names[@]}"; do
    printf '%-28s %-12s %8d\n' "${step_names[$i]}" "${step_results[$i]}" "${step_seconds[$i]}"
  done
  printf '%-28s %-12s %8d\n\n' total '' "$SECONDS"
  printf '%d passed, %d failed\n' "$cases_passed" "$cases_failed"
  [ "$cases_failed" -eq 0 ]
}

# For runs whose steps build on each other (demo, bench): the first failure ends the run.
timed_step() { # NAME COMMAND...
  local name=$1 began=$SECONDS
  shift
  "$@"
  step_names+=("$name")
  step_seconds+=($((SECONDS - began)))
}

closing_line() {
  local i line=''
  for i in "${!step_names[@]}"; do
    line+="${line:+, }${step_names[$i]} ${step_seconds[$i]} s"
  done
  printf '\n%s, total %d s\n' "$line" "$SECONDS"
}
