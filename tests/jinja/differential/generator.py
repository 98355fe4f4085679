"""Random templates from the grammar that pgjinja supports, with random contexts."""

import random

from builtin_calls import BuiltinCalls

_NAMES = ["a", "b", "c", "xs", "m", "s", "x", "nope"]
_TEXTS = ["", "a", "Bc", " x ", "é€", "it's", '"', "1", "2.5", "<&>", "a,b"]
# Those that take any operands come more often: an error ends a rendering, and hides what follows.
_SAFE = ["~", "==", "!=", "and", "or"]
_BINARY = ["+", "-", "*", "/", "//", "<", "<=", ">", ">=", *_SAFE * 6]
# None that gives Markup, which would show in lists; see builtin_calls.py.
_FILTERS = [
    "abs", "count", "d('d')", "default('z', true)", "first", "float", "int", "int(3)", "join",
    "join('-')", "last", "length", "list", "lower", "map('string')|list", "reject|list",
    "replace('a', 'zz')", "round", "round(1)", "select|list", "select('defined')|list", "sort",
    "sort(reverse=true)", "string", "trim", "upper", "map('upper')|join('|')", "attr('k')",
    "batch(2)|list", "batch(3, 'x')|list", "capitalize", "center(7)", "dictsort",
    "filesizeformat", "groupby('k')", "indent(2)", "items|list", "max", "min",
    "pprint", "reject('none')|list", "rejectattr('k')|list", "reverse|list",
    "select('==', 1)|list", "selectattr('k', 'defined')|list", "slice(2)|list", "striptags",
    "sum", "title", "truncate(5, true, '', 0)", "unique|list", "urlencode", "urlize",
    "wordcount", "wordwrap(4)", "xmlattr", "map(attribute='k')|list", "map('default', 0)|list",
]  # fmt: skip
_TESTS = [
    "boolean", "defined", "even", "false", "float", "integer", "iterable", "lower",
    "mapping", "none", "number", "odd", "string", "true", "undefined", "upper",
    "eq 1", "ne('a')", "divisibleby 2", "in [1, 'a']", "gt 0", "le 2", "escaped", "filter",
    "test", "sameas none", "sameas true",
]  # fmt: skip
_METHODS = [
    "get('k')", "get('k', 1)", "items()|list", "keys()|list", "values()|list",
    "endswith('a')", "find('a')", "lower()", "upper()", "split()", "split(',')", "strip()",
    "startswith('a')", "replace('a', 'b')", "copy()", "count('a')", "count(1)", "index('a')",
    "title()", "zfill(3)", "center(4, '*')", "partition('a')", "rsplit('a', 1)", "isalpha()",
    "splitlines()", "format(1)", "join(xs)",
]  # fmt: skip
# Those that change a list, and a map.
_LIST_CHANGES = [
    "append({})", "append({})", "extend([{}, 1])", "extend(xs)", "insert(0, {})", "insert(-1, {})", "pop()",
    "pop(0)", "pop(7)", "remove(1)", "remove({})", "clear()", "reverse()", "sort()", "sort(reverse=true)",
]  # fmt: skip
_MAP_CHANGES = [
    "update({{'k': {}}})", "update({{'q': {}}})", "update(z={})", "setdefault('k', {})", "setdefault('q', {})",
    "setdefault('l', []).append({})", "pop('k')", "pop('k', {})", "pop('zz', 0)", "popitem()", "clear()",
]  # fmt: skip
_LOOP = ["index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem",
         "nextitem", "depth"]  # fmt: skip

_NEWLINES = ["\n", "\r\n", "\r"]
# Block, variable and comment; of openings that begin alike the longest counts.
_DELIMITERS = [
    ("{%", "%}", "{{", "}}", "{#", "#}"),
    ("<%", "%>", "${", "}", "<%#", "%>"),
    ("<%", "%>", "<%=", "%>", "<!--", "-->"),
    ("/*%", "*/", "/*=", "*/", "/*#", "*/"),
    ("\\B{", "}", "\\V{", "}", "\\#{", "}"),
    ("{", "}", "{{", "}}", "{#", "#}"),
    ("[[", "]]", "[", "]", "[[[", "]]]"),
    ("<-", "->", "<+", "+>", "<-#", "#->"),
    ("{%", "%}", "{% ", "%}", "{%#", "%}"),
]
_DEFAULT = _DELIMITERS[0]
_OPTION_NAMES = ["block_start_string", "block_end_string", "variable_start_string",
                 "variable_end_string", "comment_start_string", "comment_end_string"]  # fmt: skip
_LINE_PREFIXES = [("#", "##"), ("%", None), ("-- ", "--"), (None, "//"), ("@", "@"), (" :", " ;")]
_CONTEXTS = 3  # that each template is rendered with


class _Generator:
    def __init__(self, seed):
        self._random = random.Random(seed)
        self._syntax = _DEFAULT
        self._statement_prefix = self._comment_prefix = None
        self._chains = False
        self._builtins = BuiltinCalls(self._random)
        self._includable = []
        self._captures = 0
        self._loops = 0  # around this place, as break and continue see it
        self._blocks = []  # names that this template has not used yet

    # -- contexts

    def _scalar(self):
        return self._random.choice([None, True, False, 0, 1, -3, 7, 2.5, -0.5, 1e20, *_TEXTS])

    def _value(self, depth=2):
        kind = self._random.random()
        if depth == 0 or kind < 0.6:
            return self._scalar()
        size = self._random.randint(0, 3)
        if kind < 0.85:
            return [self._value(depth - 1) for _ in range(size)]
        return {k: self._value(depth - 1) for k in self._random.sample(["k", "b", "items", "1"], size)}

    def _context(self):
        context = {name: self._value() for name in ("a", "b", "c")}
        context["xs"] = [self._value(1) for _ in range(self._random.randint(0, 4))]
        context["m"] = {"k": self._value(1), "b": self._scalar()}
        context["s"] = self._random.choice(_TEXTS)
        return context | self._builtins.context()

    # -- expressions

    def _literal(self):
        return self._random.choice(
            ["none", "true", "false", "0", "1", "2", "-3", "1.5", "[]", "()", "{}", "'a'", "'B c'",
             "''", '"é"', "'1'", "'a\n'", "'a\\\nb'", "[1, 2, 3]", "('a', 1)", "{'k': 1, 'b': [2]}", "(range(3)|list)"]
        )  # fmt: skip

    def _atom(self):
        if self._random.random() < 0.55:
            return self._random.choice(_NAMES)
        return self._literal()

    def _postfix(self, depth):
        # Names only: Jinja2 treats slices of constants in its own way (differences.md).
        base = self._random.choice(_NAMES if self._chains else _NAMES[:-1])
        ending = self._random.choice([".k", ".b", "[0]", "[-1]", "['k']", "[1:]", "[::-1]", "[:2]"])
        return base + (self._method_call() if self._random.random() < 0.3 else ending)

    def _method_call(self):
        return "." + self._random.choice(_METHODS)

    def expression(self, depth):
        if depth <= 0:
            return self._atom()
        inner = lambda: self.expression(depth - 1)  # noqa: E731
        kind = self._random.randrange(12)
        if kind < 3:
            return f"{inner()} {self._random.choice(_BINARY)} {inner()}"
        if kind == 3:
            return f"({inner()} if {inner()} else {inner()})"
        if kind == 4:
            return f"({inner()})"
        if kind == 5:
            sign = self._random.choice(["not ", "not ", "not ", "not ", "-", "+"])
            return f"({sign}{inner()})"
        if kind == 6:
            return f"{inner()} is {self._random.choice(['', 'not '])}{self._random.choice(_TESTS)}"
        if kind == 7:
            where = self._random.choice(["xs", "m", "[1, 'a', none]", "(s, 2)", inner()])
            return f"{inner()} {self._random.choice(['in', 'not in'])} {where}"
        if kind == 8:
            return self._random.choice(["[{}, {}]", "({}, {})", "{{'k': {}, 'q': {}}}"]).format(
                inner(), inner()
            )
        if kind == 9:
            return self._postfix(depth - 1)
        return f"{inner()}|{self._random.choice(_FILTERS)}"

    # -- statements

    def _text(self):
        if self._comment_prefix and self._random.random() < 0.3:
            before = self._random.choice(["", " ", "\t ", "\n", "x  "])
            return before + self._comment_prefix + self._random.choice(["", " c", "- c"]) + "\n"
        if self._syntax is not _DEFAULT and self._random.random() < 0.1:
            return self._random.choice(["{ ", "<", "$", "#", "/", "*/", "%", "]"])
        return self._random.choice(["x", " ", "\n", "a\n", "  \n  ", "é", "\t", "-", "}", "\n\n"])

    def _tag(self, inside):
        sign = lambda: self._random.choice(["", "", "", "-", "+"])  # noqa: E731
        if self._statement_prefix and self._random.random() < 0.5:
            indent, end = self._random.choice(["", " ", "\t\v"]), self._random.choice(["", " ", "\n "])
            mark = self._random.choice(["", "", "", "-", "+"])
            return f"\n{indent}{self._statement_prefix}{mark} {inside}{end}\n"
        return f"{self._syntax[0]}{sign()} {inside} {sign()}{self._syntax[1]}"

    def _print(self, depth):
        return self._printed(self.expression(depth))

    def _printed(self, expression):
        sign = lambda: self._random.choice(["", "", "", "-"])  # noqa: E731
        return f"{self._syntax[2]}{sign()} {expression} {sign()}{self._syntax[3]}"

    def _if(self, depth):
        out = self._tag(f"if {self.expression(1)}") + self._body(depth)
        if self._random.random() < 0.3:
            out += self._tag(f"elif {self.expression(1)}") + self._body(depth)
        if self._random.random() < 0.5:
            out += self._tag("else") + self._body(depth)
        return out + self._tag("endif")

    def _for(self, depth):
        target, over = self._random.choice(
            [("a", "xs"), ("x", "m"), ("b", "s"), ("x", "[1, 2, 3]"), ("k, v", "m.items()"),
             ("a, (b, c)", "[(1, (2, s)), ('x', 'yz')]"), ("x", f"({self.expression(1)})|list")]
        )  # fmt: skip
        guarded = "," not in target and self._random.random() < 0.25
        guard = f" if {self.expression(1)}" if guarded else ""
        # Without it an item is tested in its turn.
        asks = not guard or self._random.random() < 0.5
        attribute = self._printed("loop." + self._random.choice(_LOOP)) if asks else ""
        out = self._tag(f"for {target} in {over}{guard}") + attribute + self._loop_body(depth)
        if self._random.random() < 0.3:
            out += self._tag("else") + self._body(depth)
        return out + self._tag("endfor")

    def _set(self, depth):
        # No name of the context: see "A name that the template sets further down".
        name = self._random.choice(["x", "y"])
        if self._random.random() < 0.25:
            name = "y"  # which nothing reads in there: see "A block set reads what it sets"
            filters = self._random.choice(["", " | upper", " | trim | length"])
            return self._tag(f"set {name}{filters}") + self._captured(depth) + self._tag("endset")
        return self._tag(f"set {name} = {self.expression(2)}") + self._printed(name)

    def _with(self, depth):
        name = self._random.choice(["a", "b", "x"])
        return (self._tag(f"with {name} = {self.expression(1)}") + self._body(depth)
                + self._tag("endwith"))  # fmt: skip

    def _macro(self, depth):
        name = self._random.choice(["f", "g"])
        default = f"={self.expression(1)}" if self._random.random() < 0.5 else ""
        call = self._random.choice(["1", "a", "b=2", "'x', 3", "", "*xs[:2]", "b=a, a=b"])
        return (self._tag(f"macro {name}(a, b{default})") + self._outside_loops(depth)
                + self._tag("endmacro") + self._printed(f"{name}({call})"))  # fmt: skip

    def _loop_body(self, depth):
        self._loops += 1
        body = self._body(depth)
        self._loops -= 1
        return body

    def _outside_loops(self, depth):
        loops, self._loops = self._loops, 0
        body = self._captured(depth)
        self._loops = loops
        return body

    def _recursive(self, depth):
        tree = self._random.choice(["[[1, [s]], 3]", "[xs, [xs]]", "[]", "[[], 'ab', m]"])
        # As with a macro: Jinja2 makes a generator of a loop that includes without context, and
        # never runs it.
        self._captures += 1
        again = (self._tag("if a is iterable and a is not string") + self._printed("loop(a)")
                 + self._tag("endif"))  # fmt: skip
        attribute = self._printed("loop." + self._random.choice(_LOOP))
        guard = self._random.choice(["", "", f" if {self.expression(1)}"])
        out = (self._tag(f"for a in {tree}{guard} recursive") + attribute + again
               + self._loop_body(depth))  # fmt: skip
        if self._random.random() < 0.3:
            out += self._tag("else") + self._outside_loops(depth)
        self._captures -= 1
        return out + self._tag("endfor")

    def _leave(self, _depth):
        if not self._loops:
            return self._text()
        return (self._tag(f"if {self.expression(1)}")
                + self._tag(self._random.choice(["break", "continue"])) + self._tag("endif"))  # fmt: skip

    def _filter_block(self, depth):
        filters = self._random.choice(["upper", "trim", "replace('a', s)", "lower | trim"])
        return self._tag(f"filter {filters}") + self._captured(depth) + self._tag("endfilter")

    def _call_block(self, depth):
        extra = self._random.choice(["", self._printed("varargs"), self._printed("kwargs")])
        head = self._random.choice(["call(k)", "call(k, a=1)", "call"])
        call = self._random.choice(["caller(a)", "caller(a)", "caller()"])
        arguments = self._random.choice(["1", "s", "xs, 2", "a=b, z=3", ""])
        return (self._tag("macro w(a)") + self._outside_loops(depth) + self._printed(call) + extra
                + self._tag("endmacro") + self._tag(f"{head} w({arguments})")
                + self._outside_loops(depth) + self._tag("endcall"))  # fmt: skip

    def _block(self, depth):
        if not self._blocks:
            return self._text()
        name = self._blocks.pop()
        scoped = self._random.choice(["", "", " scoped"])
        parent = self._random.choice(["", "", "super()", "super is defined"])
        parent = self._printed(parent) if parent else ""
        return (self._tag(f"block {name}{scoped}") + parent + self._outside_loops(depth)
                + self._tag("endblock"))  # fmt: skip

    def _all_printed(self, *expressions):
        return "".join(self._printed(each) for each in expressions)

    def _import(self, _depth):
        if not self._includable:
            return self._text()
        how = self._random.choice(["", " with context", " without context"])
        if self._random.random() < 0.5:
            return self._tag(f"import 'lib' as lib{how}") + self._all_printed("lib.f(a)", "lib.v", "lib.no")
        return self._tag(f"from 'lib' import f as h, v, no{how}") + self._all_printed("h(b)", "v", "no")

    def _namespace(self, depth):
        return (self._tag("set ns = namespace(n=0)") + self._tag("for x in xs")
                + self._tag(f"set ns.n = {self.expression(1)}") + self._loop_body(depth)
                + self._tag("endfor") + self._printed("ns.n"))  # fmt: skip

    def _changed(self, names, changes):
        # None that fails, or that holds what is changed: Jinja2 looks for the method before it works out the argument.
        value = self._random.choice(["1", "s", "[1]", "none", "c", "{'k': [c]}"])
        name = self._random.choice(names)
        return name, f"{name}.{self._random.choice(changes).format(value)}"

    def _change(self):
        of_list = self._random.random() < 0.6
        where = (["xs", "xs", "l", "l2", "a", "m.l"], _LIST_CHANGES) if of_list else (["m", "m", "d", "b"], _MAP_CHANGES)
        name, change = self._changed(*where)
        kind = self._random.randrange(4)
        tags = self._tag(f"do {change}")
        if kind == 0:
            tags = self._printed(change)
        if kind == 1:
            tags = self._tag(f"set _ = {change}") + self._printed("_")
        # A loop through what grows all the time has no end, in Jinja2.
        few = [f"({each}|length if {each} is iterable else 0) < 9" for each in (name, "xs", "l")]
        return self._tag(f"if {' and '.join(few)}") + tags + self._tag("endif")

    def _changes(self, depth):
        """Lists and maps with other names, that are changed, also while a loop goes through them."""
        start = self._random.choice(["[]", "[1, [2]]", "xs", "xs[:]", "xs + [3]", "xs|list", "[xs, xs]"])
        pairs = self._random.choice(["{}", "m", "dict(m)", "{'k': l, 'l': l}", "m.copy()"])
        out = (self._tag(f"set l = {start}") + self._tag(f"set d = {pairs}") + self._tag("set l2 = l")
               + self._change() + self._change() + self._all_printed("l", "l2", "d"))  # fmt: skip
        target, over = self._random.choice([("x", "l"), ("x", "xs"), ("x", "[1, 2]"), ("x", "d|list")])
        attribute = self._printed("loop." + self._random.choice(_LOOP)) if self._random.random() < 0.5 else ""
        inside = [self._printed(target), attribute, self._change(), self._change()]
        self._random.shuffle(inside)
        out += (self._tag(f"for {target} in {over}") + "".join(inside) + self._loop_body(depth)
                + self._tag("endfor"))  # fmt: skip
        macro = self._tag("macro h(l, d)") + self._change() + self._printed("l") + self._tag("endmacro")
        return (out + macro + self._all_printed("h(l, d)", "h(xs, m)", "l", "l2", "d", "xs", "m"))

    def _include(self):
        if not self._includable:
            return self._text()
        name = self._random.choice([*self._includable * 6, "missing"])
        return self._tag(
            f"include '{name}'"
            + self._random.choice(["", " ignore missing"])
            + self._random.choice(["", " with context", "" if self._captures else " without context"])
        )

    def _statement(self, depth):
        kind = self._random.randrange(22)
        if depth <= 0 or kind < 4:
            return self._print(3) if kind % 2 else self._text()
        if kind == 4:
            sign = lambda: self._random.choice(["", "-", "+"])  # noqa: E731
            return f"{self._syntax[4]}{sign()} c {sign()}{self._syntax[5]}"
        if kind == 5:
            return self._include()
        if kind == 6:
            return self._raw()
        build = [self._if, self._for, self._set, self._with, self._macro, self._for, self._recursive,
                 self._leave, self._filter_block, self._call_block, self._block, self._block, self._import,
                 self._namespace, self._changes]  # fmt: skip
        return build[kind - 7](depth - 1)

    def _raw(self):
        block, end = self._syntax[:2]
        sign = lambda: self._random.choice(["", "-", "+"])  # noqa: E731
        inside = self._random.choice(["", " ", "\n  "]).join(["", self._printed("a"), ""])
        close = self._random.choice(["", "-"])
        return f"{block}{sign()} raw {close}{end}{inside}{block}{sign()} endraw {sign()}{end}"

    def _captured(self, depth):
        # Jinja2 prints an include without context past the macro or block set that it stands in.
        self._captures += 1
        body = self._body(depth)
        self._captures -= 1
        return body

    def _body(self, depth):
        return "".join(self._statement(depth) for _ in range(self._random.randint(1, 3)))

    # -- cases

    def _template(self, depth):
        self._blocks = self._random.sample(["p", "q", "r"], 3)
        return self._body(depth)

    def _options(self):
        options = {
            name: True
            for name in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline")
            if self._random.random() < 0.3
        }
        self._syntax = _DEFAULT
        self._statement_prefix = self._comment_prefix = None
        if self._random.random() < 0.4:
            self._syntax = self._random.choice(_DELIMITERS)
            options.update(zip(_OPTION_NAMES, self._syntax, strict=True))
        if self._random.random() < 0.25:
            prefixes = self._random.choice(_LINE_PREFIXES)
            self._statement_prefix, self._comment_prefix = prefixes
            options["line_statement_prefix"], options["line_comment_prefix"] = prefixes
        if self._random.random() < 0.25:
            options["newline_sequence"] = self._random.choice(_NEWLINES)
        # A strict one differs inside of lists (differences.md): the corpus has its cases.
        undefined = self._random.choice(["default", "default", "chainable", "debug"])
        self._chains = undefined == "chainable"
        return {**options, "undefined": undefined}

    def _library(self):
        return (self._template(1) + self._tag("macro f(q)") + "<" + self._all_printed("q", "a") + ">"
                + self._tag("endmacro") + self._tag("set v = 7"))  # fmt: skip

    def case(self):
        options = self._options()
        self._includable = []
        templates = {"inner": self._template(1), "lib": self._library()}
        self._includable = ["inner"]
        templates["base"] = self._template(2)
        extends = self._tag("extends 'base'") if self._random.random() < 0.33 else ""
        return {
            "template": extends + self._template(3),
            "contexts": [self._context() for _ in range(_CONTEXTS)],
            "env": options,
            "templates": templates,
            "random": True,
        }

    def builtin_case(self):
        """One call only, so that its error hides nothing else."""
        return {
            "template": f"{{{{ {self._builtins.expression()} }}}}",
            "contexts": [self._builtins.context() for _ in range(_CONTEXTS)],
            "random": True,
        }


def cases(renders, seed):
    """One half are whole templates, the other single calls; each is rendered several times."""
    generator = _Generator(seed)
    both = [generator.case, generator.builtin_case]
    return [both[i % 2]() for i in range(-(-renders // _CONTEXTS))]
