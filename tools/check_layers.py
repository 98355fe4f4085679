#!/usr/bin/env python3
"""Keeps the layers of ARCHITECTURE.md honest: tools/check_layers.py [ROOT]

Reports, as FILE:LINE: message, every
- include of a layer that does not stand below the including one (public and private headers alike);
- include of a library that the layer was not granted;
- public header that includes anything but public headers and the standard library;
- include of a file of the project that does not exist;
- cycle among components, a component being a header and the source of the same name.
"""

import pathlib
import re
import sys

from sources import Include, Tree

# What stands below each layer. `pg` and `sql` are siblings: neither sees the other.
BELOW = {
    "core": set(),
    "jinja": {"core"},
    "sql": {"core", "jinja"},
    "pg": {"core"},
    "client": {"core", "jinja", "sql", "pg"},
    "async": {"core", "jinja", "sql", "pg", "client"},
    "cli": {"core", "jinja", "sql", "pg", "client"},
}

# The libraries that each layer was granted. "posix" is the operating system.
GRANTED = {
    "core": {"fmt"},
    "jinja": {"fmt", "posix"},
    "sql": {"fmt"},
    "pg": {"fmt", "libpq", "openssl", "posix"},
    "client": {"fmt", "openssl", "nlohmann"},
    "async": {"fmt", "boost", "posix"},
    "cli": {"fmt", "CLI11", "toml++", "nlohmann", "posix"},
}

# The libraries that the users of a layer's public headers need as well.
PUBLIC = {"async": {"boost"}}
# Public headers that a program includes where it uses the library itself, and nobody else does.
OPT_IN = {pathlib.Path("include/pgjinja/client/nlohmann.hpp"): "nlohmann"}

# How a library's headers are recognised.
LIBRARIES = {
    "fmt": r"fmt/",
    "libpq": r"libpq-fe\.h$|libpq/|postgres_ext\.h$",
    "openssl": r"openssl/",
    "CLI11": r"CLI/",
    "toml++": r"toml\+\+/|toml\.hpp$",
    "nlohmann": r"nlohmann/",
    "boost": r"boost/",
    "posix": r"(sys|netinet|arpa|net|linux)/\w+\.h$"
    r"|(dirent|dlfcn|fcntl|ftw|grp|netdb|poll|pthread|pwd|sched|semaphore|signal|spawn|termios|unistd)\.h$",
}
STANDARD = re.compile(r"[a-z_0-9]+$")


def layer_of(file: pathlib.Path) -> str:
    """src/LAYER/… and include/pgjinja/LAYER/…; a header directly in include/pgjinja/ is the facade's."""
    parts = file.parts
    below = parts[1:] if parts[0] == "src" else parts[2:]
    return below[0] if len(below) > 1 else "client"


def component_of(file: pathlib.Path) -> str:
    """jinja/parser for src/jinja/parser.cpp, src/jinja/parser.hpp and include/pgjinja/jinja/parser.hpp."""
    below = file.parts[1:] if file.parts[0] == "src" else file.parts[2:]
    return str(pathlib.Path(*below).with_suffix(""))


def is_public(file: pathlib.Path) -> bool:
    return file.parts[0] == "include"


def library_of(name: str) -> str | None:
    return next((library for library, form in LIBRARIES.items() if re.match(form, name)), None)


def check_inside(include: Include) -> str | None:
    """What is wrong with an include of a file of the project."""
    layer, other = layer_of(include.file), layer_of(include.target)
    if other != layer and other not in BELOW[layer]:
        return f"{layer} includes <{include.name}> of {other}, which does not stand below it"
    if include.target in OPT_IN:
        return f"<{include.name}> is for programs that use {OPT_IN[include.target]}, not for the library"
    if is_public(include.file) and not is_public(include.target):
        return f'a public header includes the private header "{include.name}"'
    return None


def check_outside(include: Include) -> str | None:
    """What is wrong with an include of a header from outside."""
    if STANDARD.match(include.name):
        return None
    library = library_of(include.name)
    if library is None:
        return f"<{include.name}> is neither a file of the project nor of a library that this check knows"
    if OPT_IN.get(include.file) == library:
        return None
    if is_public(include.file) and library not in PUBLIC.get(layer_of(include.file), set()):
        return f"a public header includes <{include.name}>: {library} is not for its users to need"
    if library not in GRANTED[layer_of(include.file)]:
        return f"{layer_of(include.file)} includes <{include.name}>: it was not granted {library}"
    return None


def check_includes(tree: Tree) -> list[str]:
    findings = []
    for file in tree.files:
        if layer_of(file) not in BELOW:
            findings.append(f"{file}:1: the folder {layer_of(file)} is no layer that this check knows")
            continue
        for include in tree.includes(file):
            if include.target and layer_of(include.target) not in BELOW:
                continue
            wrong = check_inside(include) if include.target else check_outside(include)
            if wrong:
                findings.append(f"{include.place}: {wrong}")
    return findings


def component_graph(tree: Tree) -> dict[str, dict[str, Include]]:
    """Component -> the components that it includes, each with one include that does so."""
    graph: dict[str, dict[str, Include]] = {}
    for file in tree.files:
        edges = graph.setdefault(component_of(file), {})
        for include in tree.includes(file):
            if include.target and component_of(include.target) != component_of(file):
                edges.setdefault(component_of(include.target), include)
    return graph


def find_cycle(graph: dict[str, dict[str, Include]], start: str) -> list[str] | None:
    """The shortest way from a component back to itself."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop(0)
        for other in graph[way[-1]]:
            if other == start:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return None


def check_cycles(tree: Tree) -> list[str]:
    graph = component_graph(tree)
    findings, told = [], set()
    for start in sorted(graph):
        cycle = None if start in told else find_cycle(graph, start)
        if cycle:
            told.update(cycle)
            steps = zip(cycle, [*cycle[1:], start])
            places = ", ".join(graph[one][other].place for one, other in steps)
            findings.append(f"{graph[start][[*cycle[1:], start][0]].place}: components in a cycle: "
                            f"{' -> '.join([*cycle, start])} ({places})")
    return findings


def check(root: pathlib.Path) -> list[str]:
    tree = Tree(root)
    return check_includes(tree) + check_cycles(tree)


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    findings = check(root)
    print("\n".join(findings) if findings else f"layers: {len(Tree(root).files)} files, no finding")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
