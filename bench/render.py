#!/usr/bin/env python3
"""Renders the same templates with pgjinja, Jinja2 and JinjaSQL, interleaved, and prints the ratios.

    bench/render.py BUILD_DIRECTORY [REPETITIONS]

One repetition runs each engine once on each template. Times are nanoseconds per rendering of a
compiled template; pgjinja and JinjaSQL also build the parameters. JinjaSQL stands for its maintained
fork jinjasql2; "per call" is how services call it: a new engine, and the source parsed each time.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import jinja2
import jinjasql  # the package jinjasql2

HERE = pathlib.Path(__file__).parent
TEMPLATES = HERE / "templates"


def per_rendering(render, rounds: int) -> float:
    begin = time.perf_counter_ns()
    for _ in range(rounds):
        render()
    return (time.perf_counter_ns() - begin) / rounds


def engines(build: pathlib.Path, name: str) -> dict:
    """Per engine, a function that gives nanoseconds per rendering."""
    source = (TEMPLATES / f"{name}.sql.jinja").read_text()
    values = json.loads((TEMPLATES / f"{name}.json").read_text())
    plain = jinja2.Environment(autoescape=False).from_string(source)
    bound = jinjasql.JinjaSql(param_style="numeric")
    compiled = bound.env.from_string(source)

    def pgjinja() -> float:
        command = [str(build / "bench" / "bench_render"), str(TEMPLATES), name, "200000"]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return {
        "pgjinja": pgjinja,
        "Jinja2": lambda: per_rendering(lambda: plain.render(values), 2000),
        "JinjaSQL": lambda: per_rendering(lambda: bound.prepare_query(compiled, values), 2000),
        "JinjaSQL per call": lambda: per_rendering(
            lambda: jinjasql.JinjaSql(param_style="numeric").prepare_query(source, values), 20),
    }


def main(build: pathlib.Path, repetitions: int) -> None:
    print(f"Rendering, {repetitions} interleaved repetitions, median [min – max]\n")
    print(f"{'template':9} {'engine':18} {'ns per rendering':>28} {'times pgjinja':>22}")
    for name in ("tiny", "core"):
        measured = {engine: [] for engine in engines(build, name)}
        for _ in range(repetitions):
            for engine, measure in engines(build, name).items():
                measured[engine].append(measure())
        for engine, times in measured.items():
            ratios = [a / b for a, b in zip(times, measured["pgjinja"])]
            middle = statistics.median(times)
            spread = f"{middle:,.0f} [{min(times):,.0f} – {max(times):,.0f}]"
            ratio = f"{statistics.median(ratios):.1f} [{min(ratios):.1f} – {max(ratios):.1f}]"
            print(f"{name:9} {engine:18} {spread:>28} {ratio:>22}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7)
