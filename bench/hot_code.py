#!/usr/bin/env python3
"""How much code a call runs through, beside one of libpq: bench/hot_code.py [BUILD]

Counts, with callgrind, the instructions of a call, and of what runs at each call the lines of 64
bytes and the pages of 4 KiB: that is what a processor has to fetch again when a server has used its
caches meanwhile (docs/adr/026-hot-code.md). Lists the functions of the library that run at each
call and are not marked [[gnu::hot]], inline ones and templates excepted.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

CALLS = 500
POSITION = re.compile(r"(0x[0-9a-f]+|[+-]\d+|\*) \S+ (\d+)$")
FUNCTION = re.compile(r"(c?fn)=\((\d+)\)(?: (.*))?$")


def profile(build: pathlib.Path, who: str) -> list[str]:
    """The lines of callgrind's report on the measured calls."""
    with tempfile.NamedTemporaryFile() as report:
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--dump-instr=yes", "--demangle=no",
             "--toggle-collect=measured_calls", f"--callgrind-out-file={report.name}",
             str(build / "bench/bench_one_call"), who, str(CALLS)],
            check=True, capture_output=True)
        return pathlib.Path(report.name).read_text().splitlines()


def each_call(report: list[str]) -> tuple[int, set[tuple[str, int]], set[str]]:
    """Instructions of all calls; where instructions are that each call runs; their functions."""
    total, place, file, function = 0, 0, "", ""
    of_a_callee = False
    names: dict[str, str] = {}
    files: dict[str, str] = {}
    places: set[tuple[str, int]] = set()
    functions: set[str] = set()
    for line in report:
        if named := FUNCTION.match(line):
            kind, number, name = named.groups()
            if name:
                names[number] = name.split("'")[0]
            if kind == "fn":
                function = names[number]
        elif found := re.match(r"(c?ob)=\((\d+)\)(?: (.*))?$", line):
            kind, number, name = found.groups()
            if name:
                files[number] = name
            if kind == "ob":
                file = files[number]
        elif line.startswith("calls="):
            of_a_callee = True
        elif counted := POSITION.match(line):
            at, count = counted[1], int(counted[2])
            if at != "*":
                place = int(at, 16) if at.startswith("0x") else place + int(at)
            if of_a_callee:
                of_a_callee = False
                continue
            total += count
            if count >= CALLS:
                places.add((file, place))
                functions.add(function)
    return total, places, functions


def unmarked(build: pathlib.Path) -> set[str]:
    """Functions of the library that are neither marked as hot nor inline nor of a template."""
    table = subprocess.run(["objdump", "-t", str(build / "src/libpgjinja.a")], check=True,
                           capture_output=True, text=True).stdout
    rows = (line.split() for line in table.splitlines())
    return {row[-1] for row in rows if len(row) > 3 and ".text" in row}


def main() -> None:
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    ran: set[str] = set()
    for who in ("libpq", "client"):
        total, places, ran = each_call(profile(build, who))
        lines = {(file, place >> 6) for file, place in places}
        pages = {(file, place >> 12) for file, place in places}
        print(f"{who}: {total // CALLS} instructions, {len(lines)} lines, {len(pages)} pages")
    for name in sorted(ran & unmarked(build)):
        print(f"not marked as hot: {name}")


if __name__ == "__main__":
    main()
