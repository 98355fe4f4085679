"""The programs that reach the server: each stays up, and does the works that it is told to do."""

import dataclasses
import pathlib
import subprocess
import sys

PEERS = pathlib.Path(__file__).parent / "peers"


@dataclasses.dataclass
class Done:
    seconds: float
    cpu: float  # seconds of the program, without the server's
    sums: str  # over what came: the same for all who do the same


class Program:
    """One that answers lines "WORK TIMES"; see peers/works.hpp."""

    def __init__(self, name: str, command: list[str]):
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read_line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended, with {self._process.wait()}")
        return line.rstrip("\n")

    def do(self, work: str, times: int) -> Done:
        self._process.stdin.write(f"{work} {times}\n")
        self._process.stdin.flush()
        seconds, cpu, sums = self.read_line().split(" ", 2)
        return Done(float(seconds), float(cpu), sums)

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def commands(build: pathlib.Path) -> dict[str, list[str]]:
    """By name, how each contender is started; the last word of each is a file that may be missing."""
    built = build / "bench" / "peers"
    return {
        **{name: [str(built / f"bench_peer_{name}")]
           for name in ("libpq", "pgjinja", "async", "libpqxx")},
        "tokio": [str(build / "tokio_postgres" / "release" / "bench_tokio_postgres")],
        "asyncpg": [sys.executable, str(PEERS / "asyncpg_peer.py")],
    }


def start_server(build: pathlib.Path) -> tuple[Program, str]:
    """The server's program, and how the others reach it."""
    server = Program("the server", [str(build / "bench" / "peers" / "bench_peer_server")])
    return server, server.read_line()


def start_all(build: pathlib.Path, conninfo: str) -> dict[str, Program]:
    programs = {}
    for name, command in commands(build).items():
        if pathlib.Path(command[-1]).exists():
            programs[name] = Program(name, [*command, conninfo])
        else:
            print(f"{name} was not built, and is left out")
    return programs
