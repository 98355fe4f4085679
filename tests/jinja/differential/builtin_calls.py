"""Random calls of filters, tests and methods, on texts and numbers that are made to be difficult."""

_LETTERS = {
    "words": ["a", "bc", "def", "e-mail", "--", "-", "x_y", " ", "  ", "\t", "\n", ".", "a--b", "1-2"],
    "marks": ["<", ">", "&", "'", '"', "&amp;", "&lt;", "&#39;", "&#x41;", "&copy", "<b>", "</b>",
              "<!--", "-->", ";", "a", " ", "&notit;", "&Alpha;"],
    "letters": ["a", "B", "ß", "É", "ǆ", "ǅ", "Σ", "σ", "ς", "ﬁ", "ŉ", "İ", "ı", "1", "²", "٣", "世",
                "🎉", "'", "-", " ", "\u0301", "\u00a0", "ª", "Ⅷ", "ა", "Ა", "(", "\u2028"],
    "links": ["http://", "https://", "www.", "mailto:", "a", "example", ".com", ".org", ".co", "@",
              "/", "?", "#", ":80", ":", "(", ")", "&", ";", ",", ".", " ", "127.0.0.1", "[::1]",
              "[1:2:3]", "xn--", "-", "_", "%"],
    "numbers": ["0", "1", "9", "_", "-", "+", ".", "e", "x", "0x", "1e3", " ", "inf", "nan", "٣"],
    "commas": ["a", "b", ",", ",,", " ", "\r\n", "\n", "\r", "\x0b", "\x1c", "\u0085", "aa", "é"],
}  # fmt: skip
_NUMBERS = [0, 1, -1, 2, 7, 10, 15, 25, -25, 99, 100, 255, 999, 1000, 1234567, -1234567, 2**31,
            2**53 + 1, 9223372036854775807, -9223372036854775807]  # fmt: skip
_FLOATS = [0.0, -0.0, 0.1, 0.5, 1.5, 2.5, -2.5, 2.675, 1e-5, 1e-4, 123.456, 1234.5, 1e15, 1e16, 1e22,
           1.7e308, 5e-324, 99999.5, 0.00012345, 1e100]  # fmt: skip
_ON_TEXTS = [
    "capitalize", "center({n})", "e", "first", "float", "forceescape", "indent({n})",
    "indent('>', {b}, {b})", "int", "int(7, {n})", "last", "length", "list", "lower", "pprint",
    "replace({s}, {s})", "replace({s}, {s}, {n})", "reverse", "safe", "sort", "striptags", "title",
    "tojson", "trim", "trim({s})", "truncate({n})", "truncate({n}, {b}, {s}, {n})", "unique|list",
    "upper", "urlencode", "urlize", "urlize({n})", "wordcount", "wordwrap({n})",
    "wordwrap({n}, {b})", "wordwrap({n}, {b}, '|', {b})", "batch({n})|list", "slice({n})|list",
    "[pprint]", "groupby(0)|length", "min", "max", "select('in', {s})|list", "filesizeformat",
    "map('upper')|list", "xmlattr", "format({s})", "format({i}, {f})",
]  # fmt: skip
_METHODS = [
    "capitalize()", "casefold()", "center({n})", "center({n}, '*')", "count({s})",
    "count({s}, {n})", "count({s}, {n}, {n})", "endswith({s})", "endswith(({s}, {s}), {n}, {n})",
    "expandtabs({n})", "find({s})", "find({s}, {n}, {n})", "index({s})", "isalnum()", "isalpha()",
    "isascii()", "isdecimal()", "isdigit()", "isidentifier()", "islower()", "isnumeric()",
    "isprintable()", "isspace()", "istitle()", "isupper()", "join([{s}, {s}])", "ljust({n})",
    "lower()", "lstrip()", "lstrip({s})", "partition({s})", "removeprefix({s})",
    "removesuffix({s})", "replace({s}, {s}, {n})", "rfind({s})", "rfind({s}, {n}, {n})",
    "rindex({s})", "rjust({n})", "rpartition({s})", "rsplit()", "rsplit({s}, {n})",
    "rsplit(none, {n})", "rstrip()", "rstrip({s})", "split()", "split({s})", "split({s}, {n})",
    "split(none, {n})", "splitlines()", "splitlines(true)", "startswith({s}, {n})", "strip()",
    "strip({s})", "swapcase()", "title()", "upper()", "zfill({n})",
]  # fmt: skip
_ON_NUMBERS = [
    "abs", "round", "round({n})", "round({n}, 'ceil')", "round({n}, 'floor')", "filesizeformat",
    "filesizeformat(true)", "int", "float", "string", "tojson", "pprint", "e", "urlencode",
    "center({n})", "format", "length",
]  # fmt: skip
_ON_DATA = [
    "tojson", "tojson({n})", "pprint", "urlencode", "xmlattr", "dictsort", "dictsort({b})",
    "dictsort({b}, 'value')", "sort", "sort({b}, {b})", "unique|list", "min", "max", "sum", "length",
    "batch({n}, 'x')|list", "slice({n}, 'x')|list", "groupby('k')", "groupby(0)", "groupby(0, 1)",
    "map(attribute='k')|list", "map(attribute='k.b', default=0)|list", "map('length')|list",
    "select('mapping')|list", "selectattr('k')|list", "selectattr('k', 'defined')|list",
    "rejectattr('k', 'eq', 1)|list", "sort(attribute='k')", "sort(attribute='k,b')",
    "min(attribute='k')", "max(attribute=0)", "sum('k')", "sum(start=2)", "join(',', 'k')",
    "map('default', 'd', true)|list", "items|list", "string", "e", "first|pprint", "last|tojson",
    "select('==', 1)|list", "reject('none')|list", "select('>', 0)|list", "map('string')|sort",
    "map('int')|list", "map('upper')|list", "reverse|list", "default('x', true)",
]  # fmt: skip
_TESTS = [
    "lower", "upper", "sequence", "iterable", "mapping", "callable", "filter", "test", "in({s})",
    "divisibleby({n})", "eq({n})", "lt({n})", "ge({s})", "sameas(none)", "sameas(true)",
]  # fmt: skip


class BuiltinCalls:
    def __init__(self, source):
        self._random = source

    def context(self):
        """w is a text, z a number, d what holds others, each of a difficult kind."""
        return {
            "w": self._text(self._random.randint(0, 14)),
            "z": self._random.choice([*_NUMBERS, *_FLOATS, self._random.uniform(-1e6, 1e6)]),
            "d": self._data(3),
        }

    def _text(self, length):
        letters = self._random.choice(list(_LETTERS.values()))
        return "".join(self._random.choice(letters) for _ in range(length))

    def _data(self, depth):
        kind = self._random.random()
        if depth == 0 or kind < 0.35:
            return self._random.choice(
                [None, True, 1, 2.5, "a", "B", "", self._text(self._random.randint(1, 30))]
            )
        size = self._random.choice([0, 1, 2, 3, 12])
        if kind < 0.7:
            return [self._data(depth - 1) for _ in range(size)]
        keys = ["k", "b", "K", "é", "a b", "long key " * self._random.randint(0, 6)]
        return {k: self._data(depth - 1) for k in self._random.sample(keys, min(size, 6))}

    def _literal(self, text):
        escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}
        return "'" + "".join(escapes.get(c, c) for c in text) + "'"

    def _filled(self, pattern):
        while (at := pattern.find("{")) >= 0 and pattern[at + 2 : at + 3] == "}":
            value = {
                "n": lambda: str(self._random.choice([-2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 16, 30])),
                "b": lambda: self._random.choice(["true", "false"]),
                "s": lambda: self._literal(self._text(self._random.choice([0, 1, 1, 1, 2]))),
                "i": lambda: str(self._random.choice(_NUMBERS)),
                "f": lambda: repr(self._random.choice(_FLOATS)),
            }[pattern[at + 1]]()
            pattern = pattern[:at] + value.replace("{", "(") + pattern[at + 3 :]
        return pattern

    def _conversion(self):
        pick = self._random.choice
        flags = "".join(pick(["", "", "-", "+", " ", "#", "0"]) for _ in range(2))
        width, precision = pick(["", "", "1", "5", "12"]), pick(["", "", "", ".0", ".2", ".", ".7"])
        return "%" + flags + width + precision + pick("diouxXeEfFgGcrsaa%sdxfg")

    def _specification(self):
        pick = self._random.choice
        align = pick(["", "", "<", ">", "^", "=", "*<", "é>", "x^", "0="])
        flags = pick(["", "", "+", "-", " "]) + pick(["", "", "", "#"]) + pick(["", "", "0"])
        width, group = pick(["", "", "1", "6", "14"]), pick(["", "", ",", "_"])
        precision = pick(["", "", ".0", ".1", ".3", ".10"])
        return align + flags + width + group + precision + pick(list("bcdeEfFgGnosxX%") + [""] * 8)

    def _formatting(self):
        value = self._random.choice(["z", "z", "z", "w", "d", "true", "none", "65"])
        kind = self._random.randrange(3)
        if kind == 0:
            return f"'[{self._conversion()}]' % ({value},)"
        if kind == 1:
            return f"'{self._conversion()}|{self._conversion()}'|format({value}, z)"
        conversion = self._random.choice(["", "", "", "!r", "!s", "!a"])
        return f"'[{{{conversion}:{self._specification()}}}]'.format({value})"

    def expression(self):
        kind = self._random.randrange(6)
        if kind == 0:
            return self._formatting()
        if kind == 1:
            return "w." + self._filled(self._random.choice(_METHODS))
        if kind == 2:
            return "z|" + self._filled(self._random.choice(_ON_NUMBERS))
        if kind == 3:
            name = self._random.choice(["w", "z", "d", "none"])
            return f"{name} is {self._filled(self._random.choice(_TESTS))}"
        if kind == 4:
            return "d|" + self._filled(self._random.choice(_ON_DATA))
        pattern = self._random.choice(_ON_TEXTS)
        if pattern.startswith("["):
            return self._random.choice(["[w, d]", "{'k': w, 'j': d}", "(w ~ w,)"]) + "|" + pattern[1:-1]
        return "w|" + self._filled(pattern)
