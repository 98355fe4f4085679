#include "jinja/compile/symbols.hpp"

#include "jinja/syntax/parser.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

/// The names of the template's own scope with what it does: s(tored), r(ead first), c(aptured).
std::string symbols(const std::string& text) {
  const Source source{"t", "t", text};
  const Options options;
  Arena arena;
  Findings findings;
  std::string out;
  const Symbols found = Symbols::of_body(Parser(source, options, arena, findings).parse());
  for (const Symbol& s : found.all()) {
    if (!out.empty()) out += ' ';
    out += std::string(s.name) + ":" + (s.stored ? "s" : "") + (s.read_first ? "r" : "") +
           (s.captured ? "c" : "");
  }
  return out;
}

TEST(Symbols, ScopesAreJinjas) {
  struct Row {
    std::string text;
    std::string symbols;
  };
  for (const Row& row : {
           Row{"", ""},
           {"{{ a }}", "a:r"},
           {"{% set a = 1 %}{{ a }}", "a:s"},
           {"{{ a }}{% set a = 1 %}", "a:sr"},
           {"{% set a = a %}", "a:sr"},
           {"{% if b %}{% set a = 1 %}{% endif %}", "b:r a:sr"},
           {"{% set a = 1 %}{% if b %}{% set a = 2 %}{% endif %}", "a:s b:r"},
           {"{% for a in b %}{{ a }}{% set c = a %}{% endfor %}", "b:r"},
           {"{% for a in b %}{{ c }}{{ loop.index }}{% else %}{{ d }}{% endfor %}", "b:r c:r d:r"},
           {"{% for a in b if c %}{% endfor %}", "b:r c:r"},
           {"{% set a %}{% set b = 1 %}{{ c }}{% endset %}", "c:r a:s"},
           {"{% with a = b %}{{ a }}{{ c }}{% endwith %}", "b:r c:r"},
           {"{% macro m(a, b=c) %}{{ a }}{{ d }}{% endmacro %}", "m:s c:rc d:rc"},
           {"{% set d = 1 %}{% macro m() %}{{ d }}{% endmacro %}", "d:sc m:s"},
           {"{% macro m() %}{{ m() }}{% endmacro %}", "m:sc"},
           {"{% for a in b recursive %}{{ c }}{{ loop(a) }}{% endfor %}", "b:r c:rc"},
           {"{% call(a) m(b) %}{{ a }}{{ c }}{% endcall %}", "c:rc m:r b:r"},
           {"{% macro m() %}{{ caller(kwargs, varargs) }}{% endmacro %}", "m:s"},
           {"{% macro m() %}{% call n() %}{{ caller() }}{% endcall %}{% endmacro %}", "m:s n:rc"},
           {"{% import 'x' as a %}{% from y import b, c as d %}", "a:s y:r b:s d:s"},
           {"{% block a %}{{ b }}{% endblock %}", ""},
           {"{% set n.a = b %}", "b:r n:r"},
           {"{% filter f(a) %}{% set a = b %}{% endfilter %}", "b:r"},
           {"{% set a = 1 %}{% macro m() %}{% include 'x' %}{% endmacro %}{% set b = 1 %}",
            "a:sc m:sc b:src"},
       }) {
    EXPECT_EQ(symbols(row.text), row.symbols) << row.text;
  }
}

}  // namespace
}  // namespace pgjinja::jinja
