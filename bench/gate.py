#!/usr/bin/env python3
"""Fails when pgjinja needs more instructions than it should: bench/gate.py BUILD_DIRECTORY

Callgrind counts the same each time, on a busy machine too, but another compiler or C library gives
other figures: the bars are for those that README.md names.
"""

import pathlib
import sys

import programs

BARS = [
    ("tiny", "bound", 1_300),
    ("core", "bound", 7_000),
    ("core", "compile", 100_000),
    ("core", "compile-sql", 100_000),
]


def main(build: pathlib.Path) -> int:
    missed = 0
    for template, work, bar in BARS:
        count = programs.pgjinja(build).instructions(template, work)
        missed += count > bar
        verdict = "MISSED" if count > bar else "kept"
        print(f"{template:6} {work:12} {count:9,d} instructions, bar {bar:9,d}: {verdict}")
    print(f"\n{len(BARS) - missed} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
