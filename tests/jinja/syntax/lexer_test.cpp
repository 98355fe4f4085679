#include "jinja/syntax/lexer.hpp"

#include <pgjinja/core/error.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

/// The tokens as `text@offset`, data in brackets.
std::string tokens(const std::string& text, const Options& options = {}) {
  const Source source{"t", "t", text};
  Lexer lexer(source, options);
  std::string out;
  for (Token token = lexer.next(); !token.is(TokenKind::End); token = lexer.next()) {
    if (!out.empty()) out += ' ';
    out +=
        token.is(TokenKind::Data) ? "[" + std::string(token.text) + "]" : std::string(token.text);
    out += "@" + std::to_string(token.begin);
  }
  return out;
}

/// The data alone, one after the other: what whitespace control leaves.
std::string data(const std::string& text, const Options& options) {
  const Source source{"t", "t", text};
  Lexer lexer(source, options);
  std::string out;
  for (Token token = lexer.next(); !token.is(TokenKind::End); token = lexer.next()) {
    out += token.is(TokenKind::Data) ? std::string(token.text) : "";
  }
  return out;
}

TEST(Lexer, CutsTagsAndKeepsOffsets) {
  struct Row {
    std::string text;
    std::string tokens;
  };
  for (const Row& row : {
           Row{"", ""},
           {"a", "[a]@0"},
           {"{", "[{]@0"},
           {"a{b}", "[a{b}]@0"},
           {"a{{ x }}b", "[a]@0 {{@1 x@4 }}@6 [b]@8"},
           {"{{x}}", "{{@0 x@2 }}@3"},
           {"{{ x.y[1] }}", "{{@0 x@3 .@4 y@5 [@6 1@7 ]@8 }}@10"},
           {"{%if x%}y{%endif%}", "{%@0 if@2 x@5 %}@6 [y]@8 {%@9 endif@11 %}@16"},
           {"{{ {'a':{}} }}", "{{@0 {@3 a@4 :@7 {@8 }@9 }@10 }}@12"},
           {"a{# x #}b", "[a]@0 [b]@8"},
           {"{% raw %}{{ x }}{% endraw %}b", "[{{ x }}]@9 [b]@28"},
           {"{{ '}}' }}", "{{@0 }}@3 }}@8"},
           {"é{{ 1 }}", "[é]@0 {{@2 1@5 }}@7"},
           {"a //b", "[a //b]@0"},
           {"{{ a//b**c!=d>=e<=f==g }}",
            "{{@0 a@3 //@4 b@6 **@7 c@9 !=@10 d@12 >=@13 e@15 <=@16 f@18 ==@19 g@21 }}@23"},
       }) {
    EXPECT_EQ(tokens(row.text), row.tokens) << row.text;
  }
}

TEST(Lexer, ReadsNumbersAndStrings) {
  struct Row {
    std::string text;
    TokenKind kind;
    std::string token;
  };
  for (const Row& row : {
           Row{"1", TokenKind::Integer, "1"},
           {"1_000", TokenKind::Integer, "1_000"},
           {"0x_Ff", TokenKind::Integer, "0x_Ff"},
           {"0b10", TokenKind::Integer, "0b10"},
           {"0o17", TokenKind::Integer, "0o17"},
           {"1.5", TokenKind::Float, "1.5"},
           {"1e5", TokenKind::Float, "1e5"},
           {"1.5E-5", TokenKind::Float, "1.5E-5"},
           {"1.x", TokenKind::Integer, "1"},
           {"1e", TokenKind::Integer, "1"},
           {"'a\\'b'", TokenKind::String, "a\\'b"},
           {"\"a'b\"", TokenKind::String, "a'b"},
           {"naïve_1", TokenKind::Name, "naïve_1"},
       }) {
    const Source source{"t", "t", "{{" + row.text + "}}"};
    const Options options;
    Lexer lexer(source, options);
    lexer.next();
    const Token token = lexer.next();
    EXPECT_EQ(token.kind, row.kind) << row.text;
    EXPECT_EQ(token.text, row.token) << row.text;
  }
}

TEST(Lexer, ControlsWhitespace) {
  const std::string text = "a\n  {% if x %}\n  b\n  {% endif %}\nc";
  struct Row {
    bool trim;
    bool lstrip;
    std::string data;
  };
  for (const Row& row : {Row{false, false, "a\n  \n  b\n  \nc"},
                         {true, false, "a\n    b\n  c"},
                         {false, true, "a\n\n  b\n\nc"},
                         {true, true, "a\n  b\nc"}}) {
    Options options;
    options.trim_blocks = row.trim;
    options.lstrip_blocks = row.lstrip;
    EXPECT_EQ(data(text, options), row.data) << row.trim << row.lstrip;
  }
}

TEST(Lexer, SignsOverruleTheOptions) {
  Options both;
  both.trim_blocks = both.lstrip_blocks = true;
  struct Row {
    std::string text;
    std::string plain;
    std::string with_both;
  };
  for (const Row& row : {
           Row{"a \n {%- x -%} \n b", "ab", "ab"},
           {"a\n {%+ x +%}\nb", "a\n \nb", "a\n \nb"},
           {"a\n {{- x -}}\n b", "ab", "ab"},
           {"a\n {{ x }}\n b", "a\n \n b", "a\n \n b"},
           {"a\n {#- x -#}\n b", "ab", "ab"},
           {"a\n {# x #}\n b", "a\n \n b", "a\n b"},
           {"a\n {#+ x +#}\n b", "a\n \n b", "a\n \n b"},
           {"a\n {%- raw -%} r {%- endraw -%}\n b", "arb", "arb"},
           {"a\n {% raw %}\n r{% endraw %}\n b", "a\n \n r\n b", "a\n\n r b"},
       }) {
    EXPECT_EQ(data(row.text, {}), row.plain) << row.text;
    EXPECT_EQ(data(row.text, both), row.with_both) << row.text;
  }
}

TEST(Lexer, DropsOneTrailingLineBreakUnlessTold) {
  Options keep;
  keep.keep_trailing_newline = true;
  EXPECT_EQ(data("a\n\n", {}), "a\n");
  EXPECT_EQ(data("a\n\n", keep), "a\n\n");
  EXPECT_EQ(data("\n", {}), "");
}

TEST(Lexer, ErrorsSayWhere) {
  struct Row {
    std::string text;
    std::string message;
    std::uint32_t line;
    std::uint32_t column;
  };
  for (const Row& row : {
           Row{"\n a {# b", "this comment is never closed: '#}' is missing", 2, 4},
           {"a\n{{ b", "this tag is never closed: '}}' is missing", 2, 1},
           {"a\n{% b", "this tag is never closed: '%}' is missing", 2, 1},
           {"{% raw %}x", "this raw block is never closed: '{% endraw %}' is missing", 1, 1},
           {"é{{ 'a }}", "this string is never closed", 1, 5},
           {"{{ a ? b }}", "unexpected character '?'", 1, 6},
           {"{{ a ) }}", "unexpected ')'", 1, 6},
           {"{{ (a] }}", "unexpected ']', expected ')'", 1, 6},
       }) {
    try {
      tokens(row.text);
      ADD_FAILURE() << row.text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Syntax);
      EXPECT_EQ(error.message(), row.message);
      ASSERT_EQ(error.places().size(), 1U);
      EXPECT_EQ(error.places()[0].line, row.line) << row.text;
      EXPECT_EQ(error.places()[0].column, row.column) << row.text;
    }
  }
}

TEST(Lexer, AnUnknownCharacterIsShownWhole) {
  try {
    tokens("{{ a § b }}");  // no letter, and two bytes
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "unexpected character '§'");
  }
}

TEST(Lexer, ASourceOverTheLimitIsRefusedBeforeItIsRead) {
  Options options;
  options.limits.template_bytes = 3;
  EXPECT_EQ(data("abc", options), "abc");
  EXPECT_THROW(data("abcd", options), Error);
}

}  // namespace
}  // namespace pgjinja::jinja
