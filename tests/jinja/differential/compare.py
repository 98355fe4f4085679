#!/usr/bin/env python3
"""Renders the corpus, and random templates, with pgjinja and with Jinja2, and compares.

compare.py PROGRAM [RENDERS [SEED]]: PROGRAM is the built render_cases; RENDERS random templates
(2,000 unless told) come after the corpus. Text has to be equal byte for byte; of an error, its
kind. A case with "differs" is one where they are to differ: differences.md has the reason under
that name, and it fails too when the difference has gone.
"""

import json
import pathlib
import subprocess
import sys

import generator
import oracle

_HERE = pathlib.Path(__file__).parent


def read_corpus():
    # split, since splitlines() would also cut at the line separators inside of templates.
    texts = [file.read_text(encoding="utf-8") for file in sorted(_HERE.glob("*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.split("\n") if line]


def explained():
    lines = (_HERE / "differences.md").read_text(encoding="utf-8").splitlines()
    return {line[3:].strip() for line in lines if line.startswith("## ")}


def render_all(program, cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode != 0:
        print(f"render_cases ended with {run.returncode} at:\n{cases[len(answers)]}\n{run.stderr}")
        sys.exit(1)
    return answers


def same(ours, theirs):
    if "ok" in ours or "ok" in theirs:
        return ours.get("ok") == theirs.get("ok")
    # A limit is a runtime error; Python has few of its own. And where Python complains of the type
    # of an undefined value, pgjinja says that it is undefined.
    kind = "runtime" if ours["error"] == "limit" else ours["error"]
    of_its_type = kind == "undefined" and "Undefined" in theirs["message"]
    return kind == theirs["error"] or of_its_type


def beyond_64_bits(case, ours):
    """Python's integers have no end. In the corpus such a difference bears its name."""
    return case.get("random", False) and "64 bits" in ours.get("message", "")


def report(case, ours, theirs):
    print(f"\n{json.dumps(case, ensure_ascii=False)}\n  pgjinja: {ours}\n  Jinja2:  {theirs}")


def check(case, ours, reasons):
    theirs = oracle.render(case)
    reason = case.get("differs")
    if reason is not None and reason not in reasons:
        print(f"\n'{reason}' is not explained in differences.md")
        return False
    if beyond_64_bits(case, ours) or same(ours, theirs) == (reason is None):
        return True
    report(case, ours, theirs)
    if reason is not None:
        print("  the difference has gone")
    return False


def main():
    program = sys.argv[1]
    renders = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240229
    cases = read_corpus() + generator.cases(renders, seed)
    reasons = explained()
    answers = render_all(program, cases)
    failures = [c for c, a in zip(cases, answers, strict=True) if not check(c, a, reasons)]
    print(f"{len(cases)} cases, {len(failures)} differ unexpectedly")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
