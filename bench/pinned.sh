#!/usr/bin/env bash
# Runs a command, and what it starts, on one core: pinned.sh COMMAND...
# Client and server share it: on two, wake-ups across cores make every client look the same.
set -euo pipefail
core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
exec taskset -c "$core" "$@"
