#!/usr/bin/env python3
"""Says where the instructions go: bench/profile.py BUILD_DIRECTORY (tiny|core) WORK

WORK is what render.cpp takes. What callgrind counts in each function is summed up by groups of
functions, as the difference of two runs for one round; what the compiler put into a function that
calls it counts there. The costliest functions follow.
"""

import collections
import pathlib
import re
import sys
import tempfile

import programs

GROUPS = [
    ("lexer", r"jinja::(Lexer|Openings)"),
    ("parser", r"jinja::(Parser|Nesting|Arena)"),
    ("names and scopes", r"jinja::Symbols"),
    ("notes on constant text", r"sql::(annotate|ScanState|byte_class|\(anonymous namespace\)::(order_at|touch_at))"),
    ("code", r"jinja::(Compiler|check_stack)|EnvironmentState::compile|Program::|undefined_name"),
    ("virtual machine", r"jinja::(Vm|Activation|Loop|FrameStack|truthy|Template)"),
    ("binder", r"sql::(Bind|\(anonymous namespace\)::append_placeholder)"),
    ("values and names", r"pgjinja::(Value|Map|Context|hash_text)"),
    ("memory: allocate and free", r"malloc|calloc|realloc|free|operator (new|delete)|memory_resource|brk"),
    ("bytes: copy, compare, find", r"mem(cpy|move|cmp|chr|set)"),
]
LINE = re.compile(r"^\s*([\d,]+)\s+(.*)$")


def group_of(function: str) -> str:
    return next((name for name, pattern in GROUPS if re.search(pattern, function)), "other")


def functions(program: programs.Program, template: str, work: str, rounds: int) -> collections.Counter:
    """Instructions by function."""
    counts = collections.Counter()
    with tempfile.NamedTemporaryFile() as out:
        program.run_callgrind(out.name, template, work, rounds)
        for line in programs.annotated(out.name).splitlines():
            found = LINE.match(line)
            if found and ":" in found[2]:
                name = re.sub(r" \[[^]]*\]$", "", found[2]).split(":", 1)[1]
                counts[name] += int(found[1].replace(",", ""))
    return counts


def main(build: pathlib.Path, template: str, work: str) -> None:
    few, many = programs.ROUNDS
    program = programs.pgjinja(build)
    spent = functions(program, template, work, many)
    spent.subtract(functions(program, template, work, few))
    each = {name: count / (many - few) for name, count in spent.items()}
    groups = collections.Counter()
    for name, count in each.items():
        groups[group_of(name)] += count
    total = sum(groups.values())
    print(f"{template} {work}: {total:,.0f} instructions")
    for name, count in groups.most_common():
        if count >= 1:
            print(f"{count:10,.0f} {count / total:6.1%}  {name}")
    print("\nfunctions")
    for name, count in collections.Counter(each).most_common(25):
        print(f"{count:10,.0f} {count / total:6.1%}  {name[:120]}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
