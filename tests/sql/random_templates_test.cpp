// Random templates: what an attacker passes in place of something harmless changes no token of the
// statement outside of quotes, and nothing that was refused gets through.

#include "sql/tokens.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

constexpr std::string_view kMacros =
    "{% macro m(v) %}{{ v }}{% endmacro %}{% macro k() %}{{ caller() }}{% endmacro %}"
    "{% macro q(v) %}'{{ v }}'{% endmacro %}{% set f %}{{ x }}{% endset %}"
    "{% set half %}'a{% endset %}{% set e %}{% endset %}";

constexpr auto kPieces = std::to_array<std::string_view>({
    // What SQL is made of.
    "'",
    "E'",
    "U&'",
    "\"",
    "U&",
    "$$",
    "$a$",
    "--",
    "\n",
    "/*",
    "*/",
    "-",
    "\\",
    " ",
    " ",
    " ",
    ",",
    "(",
    ")",
    ".",
    "1",
    "a",
    "::",
    ":=",
    ";",
    "ORDER BY ",
    "{{ half }}",
    // What brings the value in.
    "{{ x }}",
    "{{ x }}",
    "{{- x -}}",
    "{{ m(x) }}",
    "{{ q(x) }}",
    "{{ f }}",
    "{{ f | sqlsafe }}",
    "{{ e ~ x }}",
    "{% call k() %}{{ x }}{% endcall %}",
    "{% for i in [x, x] %}{{ i }}, {% endfor %}",
    "{% if x %}{{ x }}{% endif %}",
    "{{ x | contains }}",
    "{{ {x: x} | json }}",
    "{{ [f, f] | join(' OR ') }}",
    "{{ ['a', 'b'] | join(x) }}",
    "{{ [x] }}",
    "{{ x | identifier }}",
    "{{ [x, x] | identifier }}",
    "{{ [x] | map('identifier') | join(', ') }}",
    "{{ {x: 1} | columns }}",
    "{{ {x: x} | assign }}",
    "{{ [x] | in }}",
    "{{ [[x, x]] | values }}",
    "{{ x | literal }}",
    "{{ x | literal }}",
    "{{ [x] | map('literal') | join(', ') }}",
    "{{ '-' | one_of('-', '') }}",
    "{{ '' | one_of('-', '') }}",
    "{{ 'b ' | raw }}",
});

std::string random_template(std::mt19937& random) {
  std::string text(kMacros);
  const std::size_t length = 1 + random() % 8;
  for (std::size_t i = 0; i < length; ++i) text += kPieces[random() % kPieces.size()];
  return text;
}

/// Without a backslash, for which a literal takes another form, and short enough for a name.
std::string random_value(std::mt19937& random) {
  static constexpr auto kHostile = std::to_array<std::string_view>(
      {"'", "\"", "--",  "/*", "*/",      "$$", "$1",           ";",           "\n", ",", "(",
       ")", "E'", "U&'", "a",  "{{ x }}", "é",  "\xE2\x80\xA8", "' OR 1=1 --", "-",  "=", "||"});
  std::string value;
  const std::size_t length = 1 + random() % 4;
  for (std::size_t i = 0; i < length; ++i) value += kHostile[random() % kHostile.size()];
  return value;
}

/// The tokens with what is quoted left out, or the kind of the error.
std::vector<std::string> outcome(const jinja::Template& compiled, std::string_view value) {
  std::vector<std::string> tokens;
  try {
    const Statement statement = Binder().bind(compiled.render({{"x", value}}));
    TokenReader reader(statement.sql);
    for (Token token; reader.next(token);) {
      const bool quoted = token.kind == TokenKind::Identifier || token.kind == TokenKind::String;
      tokens.emplace_back(quoted ? "quoted" : token.text);
    }
  } catch (const Error& error) {
    tokens.emplace_back(error_kind_name(error.kind()));
  }
  return tokens;
}

TEST(RandomTemplates, HaveTheSameTokensWhateverTheValue) {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  options.annotate = annotate;
  jinja::Environment environment(options);
  install(environment);
  std::mt19937 random(20'240'229);
  int bound = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = random_template(random);
    const jinja::Template compiled = environment.compile("query", text);
    const std::string value = random_value(random);
    const auto innocent = outcome(compiled, "innocent");
    ASSERT_EQ(outcome(compiled, value), innocent) << text << "\nwith " << value;
    bound += innocent.size() == 1 && innocent[0] == "binding" ? 0 : 1;
  }
  EXPECT_GT(bound, 1'500);
}

}  // namespace
}  // namespace pgjinja::sql
