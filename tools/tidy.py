#!/usr/bin/env python3
"""clang-tidy over src/, skipping what was clean before: tools/tidy.py BUILD [FILE...]

BUILD has the compile database. A source is skipped when it, every header of the project that it
includes, its compile command, .clang-tidy, and the versions of clang-tidy, of the compiler and of
the libraries are those of a run that found nothing. What is known to be clean is kept in
$PGJINJA_CACHE, by default ~/.cache/pgjinja, so that a fresh clone profits too.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from sources import Tree

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIBRARIES = ("libpq-dev", "libssl-dev", "libfmt-dev", "libcli11-dev", "libtomlplusplus-dev",
             "nlohmann-json3-dev")


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def world() -> str:
    """What every source depends on that is not of this project, and the checks themselves."""
    versions = [run("clang-tidy", "--version"), run("c++", "--version")]
    versions.append(run("dpkg-query", "-W", *LIBRARIES) if shutil.which("dpkg-query") else "")
    return "\n".join([*versions, (ROOT / ".clang-tidy").read_text()])


def commands(build: pathlib.Path) -> dict[pathlib.Path, str]:
    """The sources below src/ in the compile database, each with its command, clone-independent."""
    database = json.loads((build / "compile_commands.json").read_text())
    found = {}
    for entry in database:
        file = pathlib.Path(entry["file"])
        if file.is_relative_to(ROOT / "src"):
            found[file.relative_to(ROOT)] = entry["command"].replace(str(ROOT), "")
    return found


def key_of(tree: Tree, file: pathlib.Path, command: str, outside: str) -> str:
    digest = hashlib.sha256()
    for part in (outside, command):
        digest.update(part.encode() + b"\0")
    for dependency in tree.closure(file):
        digest.update(str(dependency).encode() + b"\0" + (tree.root / dependency).read_bytes() + b"\0")
    return digest.hexdigest()


def check(build: pathlib.Path, file: pathlib.Path) -> tuple[str, float]:
    """What clang-tidy says of one source, empty when it is clean, and how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        ["clang-tidy", "--quiet", "-p", str(build), "--extra-arg=-Wno-unknown-warning-option", str(ROOT / file)],
        capture_output=True, text=True, check=False)
    said = done.stdout
    if done.returncode != 0 and not said.strip():
        said = done.stderr
    return said if done.returncode != 0 else "", time.monotonic() - began


def unique_findings(said: str) -> list[str]:
    """The findings of a run, each with its lines of source; a header's come once per includer."""
    return [part for part in re.split(r"(?m)^(?=/\S+:\d+:\d+: (?:error|warning))", said) if part.strip()]


def main() -> int:
    build, only = pathlib.Path(sys.argv[1]), {pathlib.Path(name) for name in sys.argv[2:]}
    cache = pathlib.Path(os.environ.get("PGJINJA_CACHE", pathlib.Path.home() / ".cache/pgjinja")) / "tidy"
    cache.mkdir(parents=True, exist_ok=True)
    tree, outside = Tree(ROOT), world()
    keys = {file: key_of(tree, file, command, outside) for file, command in commands(build).items()
            if not only or file in only}
    if not keys:
        print(f"tidy: {build} compiles no source of src/ that was asked for", file=sys.stderr)
        return 1
    ahead = [file for file, key in keys.items() if not (cache / key).exists()]
    print(f"tidy: {len(keys)} sources, {len(keys) - len(ahead)} clean before")

    told, unclean = set(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, (said, seconds) in zip(ahead, pool.map(lambda one: check(build, one), ahead)):
            if not said:
                (cache / keys[file]).touch()
                continue
            unclean += 1
            print(f"tidy: {file} ({seconds:.0f} s)")
            for finding in unique_findings(said):
                if finding not in told:
                    told.add(finding)
                    print(finding.replace(f"{ROOT}/", ""), end="")
    print(f"tidy: {unclean} sources with findings")
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main())
