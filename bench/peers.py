#!/usr/bin/env python3
"""Measures pgjinja beside libpq, libpqxx, tokio-postgres and asyncpg on one server, and prints ratios.

    bench/peers.py BUILD_DIRECTORY [REPETITIONS]

One repetition runs each contender once, in turn, after one uncounted turn. Each answer, also a
measured one, is compared with what the server says has to come.
"""

import pathlib
import sys

from peer_programs import Done, Program, start_all, start_server
from peer_series import SERIES, Contender, Series
from spread import spread

HEADER = (f"{'':38} {'rows per second':>32} {'of libpq':>20} {'client CPU, µs a row':>24} "
          f"{'of libpq':>22}")


class Bench:
    def __init__(self, server: Program, programs: dict[str, Program]):
        self._server, self._programs = server, programs

    def run_series(self, series: Series, repetitions: int) -> None:
        rows = [row for row in series.contenders if row.program in self._programs]
        expected = self._server.do(series.work, series.times).sums
        turns = [[self._checked(series, row, expected) for row in rows]
                 for _ in range(repetitions + 1)]
        print(f"\n{series.title}\n{HEADER}")
        for i, row in enumerate(rows):
            print(line(row, series.rows, [(turn[i], turn[0]) for turn in turns[1:]]))

    def _checked(self, series: Series, row: Contender, expected: str) -> Done:
        if series.arrives:
            self._server.do("truncate", 1)
        done = self._programs[row.program].do(row.work, series.times)
        came = self._server.do("arrived", 1).sums if series.arrives else done.sums
        if came != expected:
            raise SystemExit(f"{row.title} comes to:\n{came}\nin place of:\n{expected}")
        return done


def line(row: Contender, rows: int, pairs: list[tuple[Done, Done]]) -> str:
    """`pairs` holds for each repetition this contender's and the first one's."""
    rates = spread([rows / own.seconds for own, _ in pairs], 0)
    ratios = spread([first.seconds / own.seconds for own, first in pairs], 2)
    cpu = spread([own.cpu * 1e6 / rows for own, _ in pairs], 2)
    cpu_ratios = spread([own.cpu / first.cpu for own, first in pairs], 2)
    return f"{row.title:38} {rates:>32} {ratios:>20} {cpu:>24} {cpu_ratios:>22}"


def main(build: pathlib.Path, repetitions: int) -> None:
    print(f"Database, {repetitions} interleaved repetitions, median [min – max]")
    server, conninfo = start_server(build)
    programs = start_all(build, conninfo)
    bench = Bench(server, programs)
    for series in SERIES:
        bench.run_series(series, repetitions)
    for program in (*programs.values(), server):
        program.end()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7)
