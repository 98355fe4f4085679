"""The engines that are programs of their own: their output, times, and instructions by callgrind."""

import pathlib
import re
import subprocess

TEMPLATES = pathlib.Path(__file__).parent / "templates"
COLLECTED = re.compile(r"Collected : (\d+)")


class Program:
    """One that is called PROGRAM TEMPLATES NAME WORK ROUNDS; see render.cpp."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def output(self, template: str, work: str) -> str:
        return self._run([], template, work, 0).stdout

    def nanoseconds(self, template: str, work: str, rounds: int) -> float:
        return float(self._run([], template, work, rounds).stdout)

    def instructions(self, template: str, work: str) -> int:
        """For one round: the difference of two runs, so that what happens once falls out."""
        few, many = 100, 1100
        spent = self._collected(template, work, many) - self._collected(template, work, few)
        return round(spent / (many - few))

    def _collected(self, template: str, work: str, rounds: int) -> int:
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        said = self._run(valgrind, template, work, rounds).stderr
        return int(COLLECTED.search(said).group(1))

    def _run(self, before: list, template: str, work: str, rounds: int):
        command = [*before, str(self.path), str(TEMPLATES), template, work, str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
        return done


def pgjinja(build: pathlib.Path) -> Program:
    return Program(build / "bench" / "bench_render")


def minijinja(build: pathlib.Path) -> Program:
    return Program(build / "minijinja" / "release" / "bench_minijinja")
