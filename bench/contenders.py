"""Who does which work: rows of the table that render.py prints."""

import dataclasses
import json
import pathlib
import time
from collections.abc import Callable

import jinja2
import jinjasql  # the package jinjasql2

import programs

TITLES = {
    "bound": "rendering, values bound",
    "text": "rendering as plain text",
    "compile": "parse + compile",
}
ROUNDS = {"tiny": 200_000, "core": 50_000}


@dataclasses.dataclass
class Contender:
    name: str
    nanoseconds: Callable[[], float]
    output: Callable[[], str] | None = None  # what the work makes, to be compared; None: not to be
    instructions: Callable[[], int] | None = None


def program(name: str, engine: programs.Program, template: str, work: str) -> Contender:
    rounds = ROUNDS[template] // (20 if work.startswith("compile") else 1)
    return Contender(
        name,
        lambda: engine.nanoseconds(template, work, rounds),
        None if work.startswith("compile") else lambda: engine.output(template, work),
        lambda: engine.instructions(template, work))


def python(name: str, work: Callable, rounds: int, output: Callable[[], str] | None = None) -> Contender:
    def nanoseconds() -> float:
        begin = time.perf_counter_ns()
        for _ in range(rounds):
            work()
        return (time.perf_counter_ns() - begin) / rounds
    return Contender(name, nanoseconds, output)


def python_engines(template: str, work: str) -> list[Contender]:
    """Jinja2 and JinjaSQL. "per call" is how services call it: a new engine, and the source parsed
    each time."""
    source = (programs.TEMPLATES / f"{template}.sql.jinja").read_text()
    values = json.loads((programs.TEMPLATES / f"{template}.json").read_text())
    plain = jinja2.Environment(autoescape=False)
    if work == "compile":
        return [python("Jinja2", lambda: plain.from_string(source), 20)]
    if work == "text":
        render = plain.from_string(source).render
        return [python("Jinja2", lambda: render(values), 2000, lambda: render(values) + "\n")]

    def engine():
        return jinjasql.JinjaSql(param_style="numeric")
    once = engine()
    compiled = once.env.from_string(source)
    return [
        python("JinjaSQL", lambda: once.prepare_query(compiled, values), 2000),
        python("JinjaSQL per call", lambda: engine().prepare_query(source, values), 20)]


def contenders(build: pathlib.Path, template: str, work: str) -> list[Contender]:
    """The first is what the others are compared with."""
    ours, theirs = programs.pgjinja(build), programs.minijinja(build)
    rows = [program("pgjinja", ours, template, work)]
    if work == "compile":
        rows.append(program("pgjinja, for SQL", ours, template, "compile-sql"))
    if theirs.path.exists():
        rows.append(program("minijinja", theirs, template, work))
    return rows + python_engines(template, work)
