#!/usr/bin/env python3
"""Renders the corpus, and random templates, with pgjinja and with Jinja2, and compares.

compare.py PROGRAM [RENDERS [SEED]]: PROGRAM is the built render_cases; RENDERS renders of random
templates (20,000 unless told) come after the corpus. Text has to be equal byte for byte; of an error, its
kind. A case with "differs" is one where they are to differ: differences.md has the reason under
that name, and it fails too when the difference has gone.
"""

import json
import multiprocessing
import pathlib
import re
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
    """The answers for each case, one for each of its contexts."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode != 0:
        print(f"render_cases ended with {run.returncode} at:\n{cases[len(answers)]}\n{run.stderr}")
        sys.exit(1)
    return answers


def ask_oracle(cases):
    with multiprocessing.Pool() as pool:
        return pool.map(oracle.render, cases, chunksize=50)


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


def filtered_too_early(case, ours, theirs):
    """See "The filter of a loop that asks for itself": another error comes first."""
    sources = [case["template"], *case.get("templates", {}).values()]
    filtered = any(re.search(r"\bfor \S+ in .* if ", source) for source in sources)
    return case.get("random", False) and filtered and "error" in ours and "error" in theirs


def found_later(case, ours, theirs):
    """See "Errors that Python finds later": a line comment may swallow the tag that opens a loop."""
    of_python = theirs.get("message", "").startswith("SyntaxError:")
    return case.get("random", False) and of_python and ours.get("error") == "syntax"


_CHANGE = re.compile(r"\.(append|clear|extend|insert|pop|popitem|remove|reverse|setdefault|sort|update)\(|\|\s*attr\(")


def made_outside(case, ours):
    """See "What a template may change": only a template that this one runs changes something."""
    refused = "which was made outside of it" in ours.get("message", "")
    return case.get("random", False) and refused and not _CHANGE.search(case["template"])


def report(case, context, ours, theirs):
    shown = {name: value for name, value in case.items() if name != "contexts"} | {"context": context}
    print(f"\n{json.dumps(shown, ensure_ascii=False)}\n  pgjinja: {ours}\n  Jinja2:  {theirs}")


def check(case, context, ours, theirs, reasons):
    reason = case.get("differs")
    if reason is not None and reason not in reasons:
        print(f"\n'{reason}' is not explained in differences.md")
        return False
    if beyond_64_bits(case, ours) or filtered_too_early(case, ours, theirs):
        return True
    if found_later(case, ours, theirs) or made_outside(case, ours):
        return True
    if same(ours, theirs) == (reason is None):
        return True
    report(case, context, ours, theirs)
    if reason is not None:
        print("  the difference has gone")
    return False


def main():
    program = sys.argv[1]
    renders = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240229
    cases = read_corpus() + generator.cases(renders, seed)
    reasons = explained()
    answers = zip(render_all(program, cases), ask_oracle(cases), strict=True)
    checked = [
        check(case, context, ours, theirs, reasons)
        for case, (all_ours, all_theirs) in zip(cases, answers, strict=True)
        for context, ours, theirs in zip(oracle.contexts(case), all_ours, all_theirs, strict=True)
    ]
    print(f"{len(cases)} templates, {len(checked)} renders, {checked.count(False)} differ unexpectedly")
    return 0 if all(checked) else 1


if __name__ == "__main__":
    sys.exit(main())
