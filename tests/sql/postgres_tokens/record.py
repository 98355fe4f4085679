#!/usr/bin/env python3
"""Records where PostgreSQL's tokens begin and end: tests/sql/postgres_tokens/record.py [LIBRARY]

Needs libpg_query of PostgreSQL 15, the version whose rules our scanner follows (Debian 12 has it in
libpg-query-dev). Writes recorded.inc beside it, which postgres_tokens_test compares our tokens with:
those of SNIPPETS, and of the fuzzer's corpus, which has found what was wrong once.
"""

import ctypes
import ctypes.util
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
CORPUS = HERE.parents[2] / "fuzz/corpus/fuzz_sql_scanner"
LONGEST = 100

SNIPPETS = [
    # Words, numbers and parameters.
    "SELECT a, b FROM t WHERE c = 1", "a$1", "a$b$c", "é = 1", "a\u00a0b", "_x1", "a.b.c", "a . b",
    "1", "1.", "1.5", ".5", "1.5.", "1.5.5", "1..2", "1...2", "a..5", "a[1:2]", "1e5", "1E+5", "1.e-5",
    ".5e5", "1e5.5", "1e-5.5", "1e5+1", "1e5-1e-5", "1e5$1", "1e5$$ ' $$", "1e-5$$ ' $$ '", "1.5$$'$$",
    "1$$'$$", "1$1", "$1", "$1$2", "$1$$'$$", "$1.5",
    "$", "$ 1", "$a", "$a+", "$a.b", "$e'x'", "$n'x'", "$u&'x'", "$a b$",
    # Strings.
    "''", "'a''b'", "'a\\'", "'\\' x", "'a", "'a''", "'a' 'b'", "'a'\n'b'", "'a' \r\n\t 'b'", "'a'\f'b'",
    "'a'\n'b'\n'c' d", "'a'b", "E'\\''", "E'a\\\\'", "e'\\", "E'a'\n'\\''", "E'a' '\\'", "ae'\\'", "a e'\\''",
    "E 'a'", "U&'\\0041'", "u&'a''b' c", "U&'a'\n'b'", "U&'a' UESCAPE '!'", "U&'a", "U &'a'", "u&1", "u&", "u&-",
    "u&--x", "u&/*x*/", "xU&'a'", "B'01'", "b'0''1'", "b'0'\n'1'", "X'1F'", "x'z", "b'0", "N'a'", "n'a'\n'b'",
    "an'b'", "n 'a'", "N'a''b' c",
    # Dollar quotes.
    "$$$$", "$$ ' $$", "$$a", "$a$ $b$ $a$", "$a$$a$", "$a$ $A$ $a$", "$a$ $a $a$", "$é$'$é$", "$a1$'$a1$",
    "$1a$", "a$$'$$", "$$a$$$$b$$", "$$a$$b", "$a$b$c$d$a$", "$a$", "$a$ x",
    # Quoted identifiers.
    '"a"', '"a""b"', '"a"b', '"a', '"a""', '""', '"\'"', '"a"."b"', 'U&"a"', 'u&"a""b" c', 'U&"a', 'e"a"', '"a""b"."c"',
    # Comments.
    "-- a", "-- a\nb", "-- a\rb", "-- '\n'", "a--b\n-c", "/* a */b", "/* /* */ */ b", "/* /* */ b", "/*", "/*/", "/**/",
    "/***/", "/*/*/", "/*//**/*/ a", "/* -- */ a", "/* ' */ a", "-- /*\na", "'--'", "'/*'", "\"--\"", "$$--$$",
    # Operators.
    "+", "+-", "+ -", "-+", "--", "@-", "@+", "*-", "<>", "<=", ">=", "!=", "=>", "=-", "<=-1", "a<-1", "a@-1", "~*", "!~~*",
    "a||b", "a?b", "a ?| b", "a@>b", "+--x\ny", "@--x\ny", "*/*x*/", "@/*x*/b", "+/**/-", "-/**/-", "/ *", "a::b", "a:=b",
    "a:b", "a:::b", "a::=b", "a:=-1", "a=>-1", ":-", "a-1", "a- -1", "a-.5", "a|/b", "a&b", "u&b", "a#>>b", "%", "^", "`",
    # Everything else.
    ";", "(a,b)[1]", "{", "}", "\\", "a\\b", "\x01", "\x7f", "\t\n\r\f", "", " ", "a;b", "'a';",
]  # fmt: skip


class Bytes(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.POINTER(ctypes.c_char))]


class Answer(ctypes.Structure):
    _fields_ = [("tokens", Bytes), ("stderr", ctypes.c_void_p), ("error", ctypes.POINTER(ctypes.c_char_p))]


def numbers(message):
    """The fields of a protobuf message: (number, whole number or nested message)."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key, value = number(), number()
        if key & 7 == 2:
            value, at = message[at : at + value], at + value
        yield key >> 3, value


class Scanner:
    def __init__(self, library):
        self._library = ctypes.CDLL(library)
        self._library.pg_query_scan.restype = Answer
        self._library.pg_query_scan.argtypes = [ctypes.c_char_p]
        self._library.pg_query_free_scan_result.argtypes = [Answer]

    def _ask(self, sql):
        answer = self._library.pg_query_scan(sql)
        error = answer.error[0].decode(errors="replace") if answer.error else ""
        message = ctypes.string_at(answer.tokens.data, answer.tokens.size) if not error else b""
        self._library.pg_query_free_scan_result(answer)
        tokens = [dict(numbers(token)) for field, token in numbers(message) if field == 2]
        return [(token.get(1, 0), token.get(2, 0)) for token in tokens], error

    def scan(self, sql):
        tokens, error = self._ask(sql)
        return [(begin, self._end(sql, begin, end)) for begin, end in tokens], error

    def _end(self, sql, begin, end):
        """It does not say where U&'…' ends: where '…' does."""
        if not re.match(rb"[uU]&['\"]", sql[begin:]):
            return end
        return begin + 2 + self._ask(sql[begin + 2 :])[0][0][1]


def literal(text):
    """Bytes as a C++ literal; three octal digits cannot grow together with what follows."""
    plain = lambda byte: 0x20 <= byte < 0x7F and byte not in b"\\\"?"  # noqa: E731
    return '"' + "".join(chr(byte) if plain(byte) else f"\\{byte:03o}" for byte in text) + '"'


def comparable(sql):
    """See comparable() in agreement.hpp, which is more exact."""
    over_a_comment = re.search(rb"'[ \t\n\r\f]*--[^'\n\r]*[\n\r][^']*'", sql)
    a_letter = re.search(rb"(?<![a-zA-Z_0-9\x80-\xff$])(\d|\.\d)[\d.]*[a-zA-Z_\x80-\xff]", sql)
    return len(sql) <= LONGEST and not over_a_comment and not a_letter and b"\0" not in sql and b"\v" not in sql


def main():
    scanner = Scanner(sys.argv[1] if len(sys.argv) > 1 else ctypes.util.find_library("pg_query") or "libpg_query.so")
    found = [path.read_bytes()[1:] for path in sorted(CORPUS.iterdir())]
    texts = dict.fromkeys([text.encode() for text in SNIPPETS] + [sql for sql in found if comparable(sql)])
    rows = ["// Written by record.py: a text, PostgreSQL's tokens of it, and its error if it has none.\n"]
    for sql in texts:
        tokens, error = scanner.scan(sql)
        spans = ", ".join(f"{{{begin}, {end}}}" for begin, end in tokens)
        rows.append(f"{{{literal(sql)}, {{{{{spans}}}, {literal(error.split(' at or near')[0].encode())}}}}},\n")
    (HERE / "recorded.inc").write_text("".join(rows))


main()
