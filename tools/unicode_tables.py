#!/usr/bin/env python3
"""What this Python knows of Unicode's letters, as the tables of src/jinja/run/unicode_tables.cpp.

unicode_tables.py > src/jinja/run/unicode_tables.inc. Python's own methods are asked, not the Unicode
database, since it is their answers that templates expect.
"""

import sys
import unicodedata


def _cased(c):
    return (c + "a").title().endswith("a")


def _case_ignorable(c):
    # Whether a capital sigma is a final one depends on what stands before it, such letters aside.
    return ("A" + c + "Σ").lower()[-1] == "ς" and (c + "Σ").lower()[-1] != "ς"


def _lower(c):
    return "σ" if c == "Σ" else c.lower()


_CLASSES = {
    "kAlphabeticRows": str.isalpha,
    "kDecimalRows": str.isdecimal,
    "kDigitRows": lambda c: c.isdigit() and not c.isdecimal(),
    "kNumericRows": lambda c: c.isnumeric() and not c.isdigit(),
    "kLowercaseRows": str.islower,
    "kUppercaseRows": str.isupper,
    "kTitlecaseRows": lambda c: unicodedata.category(c) == "Lt",
    "kCasedRows": lambda c: _cased(c) and not c.islower() and not c.isupper(),
    "kCaseIgnorableRows": _case_ignorable,
    "kUnprintableRows": lambda c: not c.isprintable(),
    "kNameStartRows": lambda c: c.isidentifier() != c.isalpha(),
    "kNameContinueRows": lambda c: ("a" + c).isidentifier() and not c.isidentifier(),
}
# Each with what it is compared to: only the differences are written.
_MAPPINGS = {
    "kToLower": (_lower, lambda c: c),
    "kToUpper": (str.upper, lambda c: c),
    "kToTitle": (str.title, str.upper),
    "kToFolded": (str.casefold, _lower),
}


def _joins(run, code):
    step = code - run[1]
    return step in (1, 2) and (run[0] == run[1] or run[2] == step)


def _runs(codes):
    """[first, last, step] of runs of code points of which each, or every second one, is there."""
    runs = []
    for code in codes:
        if runs and _joins(runs[-1], code):
            runs[-1][1:] = [code, code - runs[-1][1]]
        else:
            runs.append([code, code, 1])
    return runs


def _shifts(images):
    """[first, last, step, distance] of runs of letters that lie equally far from their image."""
    runs = []
    for code, image in images.items():
        if len(image) != 1:
            continue
        distance = ord(image) - code
        if runs and runs[-1][3] == distance and _joins(runs[-1], code):
            runs[-1][1:3] = [code, code - runs[-1][1]]
        else:
            runs.append([code, code, 1, distance])
    return runs


def _print_array(kind, name, rows):
    print(f"constexpr {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        item = " {" + ", ".join(row) + "},"
        if len(line) + len(item) > 100:
            print(line)
            line = "   "
        line += item
    print(line + "};")


def _utf8(text):
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'


def _print_arrays():
    for name, holds in _CLASSES.items():
        runs = _runs(c for c in range(0x110000) if holds(chr(c)))
        _print_array("CodeRange", name, [[f"{a:#x}", f"{b:#x}", str(s)] for a, b, s in runs])
    for name, (change, known) in _MAPPINGS.items():
        images = {c: change(chr(c)) for c in range(0x110000) if change(chr(c)) != known(chr(c))}
        rows = [[f"{a:#x}", f"{b:#x}", str(s), str(d)] for a, b, s, d in _shifts(images)]
        _print_array("CaseRange", f"{name}Rows", rows)
        several = [[f"{c:#x}", _utf8(image)] for c, image in images.items() if len(image) > 1]
        _print_array("Expansion", f"{name}Several", several)


def main():
    print(f"// Written by tools/unicode_tables.py from Unicode {unicodedata.unidata_version}.")
    _print_arrays()


if __name__ == "__main__":
    sys.exit(main())
