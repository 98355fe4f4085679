"""The engines that are programs of their own: their output, times, and instructions by callgrind."""

import pathlib
import re
import subprocess

TEMPLATES = pathlib.Path(__file__).parent / "templates"
ROUNDS = 100, 1100  # of the two runs whose difference is taken
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
        few, many = (self.run_callgrind("/dev/null", template, work, n) for n in ROUNDS)
        return round((many - few) / (ROUNDS[1] - ROUNDS[0]))

    def run_callgrind(self, out: str, template: str, work: str, rounds: int) -> int:
        """Gives the instructions of the whole run, and writes the profile to the file `out`."""
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        said = self._run(valgrind, template, work, rounds).stderr
        return int(COLLECTED.search(said).group(1))

    def _run(self, before: list, template: str, work: str, rounds: int):
        command = [*before, str(self.path), str(TEMPLATES), template, work, str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
        return done


def annotated(profile: str) -> str:
    """Instructions by function, as text."""
    command = ["callgrind_annotate", "--auto=no", "--show-percs=no", "--threshold=100", profile]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pgjinja(build: pathlib.Path) -> Program:
    return Program(build / "bench" / "bench_render")


def minijinja(build: pathlib.Path) -> Program:
    return Program(build / "minijinja" / "release" / "bench_minijinja")
