#!/usr/bin/env python3
"""Adds up GoogleTest's JSON reports of a directory: prints "PASSED FAILED"."""

import json
import pathlib
import sys


def count(directory: pathlib.Path) -> tuple[int, int]:
    tests = failures = 0
    for report in sorted(directory.glob("*.json")):
        totals = json.loads(report.read_text())
        tests += totals["tests"] - totals["disabled"]
        failures += totals["failures"]
    return tests - failures, failures


if __name__ == "__main__":
    print(*count(pathlib.Path(sys.argv[1])))
