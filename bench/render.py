#!/usr/bin/env python3
"""Measures pgjinja, minijinja, Jinja2 and JinjaSQL on the same templates, and prints the ratios.

    bench/render.py BUILD_DIRECTORY [REPETITIONS]

One repetition runs each engine once, in turn. Beside the times stand the instructions that callgrind
counts, which are the same in each run; of the Python engines only times are taken.
"""

import pathlib
import sys

import programs
from contenders import TITLES, Contender, contenders
from spread import spread

HEADER = f"{'':20} {'ns each':>30} {'of pgjinja':>28} {'instructions':>13} {'of pgjinja':>11}"


def check_same_output(rows: list[Contender]) -> None:
    made = {row.name: row.output() for row in rows if row.output is not None}
    for name, output in made.items():
        if output != next(iter(made.values())):
            raise SystemExit(f"{name} makes something else:\n{output}\nthan:\n{made}")


def line(row: Contender, times: list[float], first: list[float], counts: tuple) -> str:
    ratios = [a / b for a, b in zip(times, first)]
    text = f"{row.name:20} {spread(times, 0):>30} {spread(ratios, 2):>28}"
    count, first_count = counts
    return text if count is None else f"{text} {count:13,d} {count / first_count:11.2f}"


def measure(rows: list[Contender], repetitions: int) -> None:
    times = [[] for _ in rows]
    for _ in range(repetitions):
        for row, taken in zip(rows, times):
            taken.append(row.nanoseconds())
    counts = [row.instructions() if row.instructions else None for row in rows]
    for row, taken, count in zip(rows, times, counts):
        print(line(row, taken, times[0], (count, counts[0])))


def main(build: pathlib.Path, repetitions: int) -> None:
    print(f"Templates, {repetitions} interleaved repetitions, median [min – max]")
    if not programs.minijinja(build).path.exists():
        print("minijinja was not built, and is left out: see tools/build_rust_peer.sh")
    for template in ("tiny", "core"):
        for work, title in TITLES.items():
            rows = contenders(build, template, work)
            check_same_output(rows)
            print(f"\n{template}: {title}\n{HEADER}")
            measure(rows, repetitions)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7)
