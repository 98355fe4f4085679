#!/usr/bin/env bash
# Runs the tour on an embedded server: run.sh BUILD_DIRECTORY DATA_DIRECTORY
set -euo pipefail
here=$(realpath --relative-to=. "$(dirname "$0")")
exec "$1/examples/demo/pgjinja_demo" "$here" "$2"
