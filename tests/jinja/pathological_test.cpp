#include "jinja/rendering.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// `text` with each of its `#` replaced by the numbers from 0 on, one after the other.
std::string numbered(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    for (const char c : text) out += c == '#' ? std::to_string(i) : std::string(1, c);
  }
  return out;
}

struct Row {
  std::string text;
  std::string kind;  // how the outcome begins
};

/// Sources that are made to hurt; each has to end in a clear error, or in its text.
std::vector<Row> rows() {
  constexpr std::size_t kMany = 100'000;
  return {
      {std::string(5U << 20U, 'a'), "limit: "},
      {std::string(3U << 20U, 'a'), "aaa"},
      {std::string(3U << 20U, '{'), "limit: "},
      {repeat("{{", 500'000), "limit: "},
      {repeat("{%", kMany), "syntax: "},
      {"{% if 0 %}" + repeat("{% elif 0 %}", 1999) + "{% else %}last{% endif %}", "last"},
      {"{% if 0 %}" + repeat("{% elif 0 %}", kMany) + "{% endif %}", "limit: "},
      {repeat("{#", kMany), "syntax: "},
      {repeat("{ ", kMany), "{ { {"},
      {"{{ " + repeat("(", kMany), "limit: "},
      {"{{ " + repeat("[", kMany), "limit: "},
      {repeat("{% if 1 %}", kMany), "limit: "},
      {repeat("{% if 1 %}", 100) + repeat("{% endif %}", 100), ""},
      {repeat("{% if x %}{% endif %}", 50'000), ""},
      {repeat("{% raw %}", kMany), "syntax: "},
      {"{{ 1" + repeat("+1", 200'000) + " }}", "limit: "},
      {"{{ 1" + repeat(" ~ 1", 70'000) + " }}", "limit: "},
      {"{{ a" + repeat(".b", kMany) + " }}", "limit: "},
      {"{{ a" + repeat("[0]", kMany) + " }}", "limit: "},
      {"{{ a" + repeat("|upper", kMany) + " }}", "limit: "},
      {"{{ a" + repeat(" is odd", kMany) + " }}", "syntax: "},
      {"{{ a" + repeat("()", kMany) + " }}", "limit: "},
      {"{{ " + repeat("not ", kMany) + "a }}", "limit: "},
      {"{{ " + repeat("-", kMany) + "1 }}", "limit: "},
      {"{{ 1" + repeat(" < 1", kMany) + " }}", "False"},
      {"{{ [" + repeat("1,", kMany) + "]|length }}", "100000"},
      {"{{ f(" + repeat("1,", kMany) + ") }}", "limit: "},
      {"{{ " + repeat("9", kMany) + " }}", "syntax: "},
      {"{{ 1." + repeat("9", kMany) + " }}", "2.0"},
      {"{{ 1e" + repeat("9", kMany) + " }}", "syntax: "},
      {"{{ 0x" + repeat("f", kMany) + " }}", "syntax: "},
      {"{{ " + repeat("'a' ", kMany) + " }}", "aaa"},
      {"{{ '" + repeat("\\", kMany) + "' }}", "\\\\"},
      {"{{ " + repeat("x", kMany) + " }}", ""},
      {"{% set " + repeat("a,", kMany) + " = 1 %}", "runtime: "},
      {repeat("{% set x = 1 %}", kMany), ""},
      {numbered("{% set a# = 1 %}", kMany), "limit: "},
      {numbered("{{ a# }}", kMany), ""},
      {numbered("{% set a# = 1 %}", 1500) + repeat("{% include 'x' %}", 1500), "limit: "},
      {numbered("{% macro m#() %}{% endmacro %}", 1500), ""},
      {"{% macro m(" + repeat("a", kMany) + ") %}{% endmacro %}{{ m(b=1) }}", "runtime: "},
      {std::string("{{ a \0 }}", 9), "syntax: "},
      {std::string("\0{{ 'x\0y' }}", 12), std::string("\0x\0y", 4)},
      {"\xff\xfe{{ 'a\xff' }}\xc3", "\xff\xfe"},
      {"{{ \xff }}", ""},
      {"{{ \x80\xff|length }}", "syntax: "},
  };
}

void check_all() {
  for (const Row& row : rows()) {
    const std::string outcome = Rendering().outcome(row.text);
    EXPECT_TRUE(outcome.starts_with(row.kind)) << row.text.substr(0, 60) << "\n"
                                               << outcome.substr(0, 200);
  }
}

TEST(Pathological, EndsInAClearError) { check_all(); }

TEST(Pathological, AlsoOnTheStackOfAThread) { std::thread(check_all).join(); }

TEST(Pathological, AReportOfALongLineIsShort) {
  const std::string line = std::string(1'000'000, ' ') + "{{ 1 / 0 }}" + std::string(9999, 'x');
  try {
    Rendering().text(line);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_LT(std::string(error.what()).size(), 2000U);
  }
}

TEST(Pathological, DeepValuesHaveALimit) {
  Value deep = Value::list({});
  for (int i = 0; i < 900; ++i) deep = Value::list({deep});
  const Rendering r;
  const Context context{{"deep", deep}};
  EXPECT_EQ(r.outcome("{{ deep|string|length }}", context), "1802");
  EXPECT_EQ(r.outcome("{{ deep == [deep] }}", context), "False");
  EXPECT_EQ(r.outcome("{{ deep == deep }}", context), "True");
  EXPECT_TRUE(r.outcome("{% macro m(x, n) %}{{ m([x], n - 1) if n else x }}{% endmacro %}"
                        "{{ m(deep, 150) }}",
                        context)
                  .starts_with("limit: "));
}

TEST(Pathological, ObjectsDoNotHideDepth) {
  Options options;
  options.captures = Captures::Fragment;
  const Rendering r(options);
  for (const char* step : {"{% set x = [x].count %}", "{% set x %}{{ [x] }}{% endset %}"}) {
    const std::string outcome = r.outcome(repeat(step, 50'000) + "{{ x is defined }}");
    EXPECT_TRUE(outcome.starts_with("limit: ")) << step << outcome;
  }
}

}  // namespace
}  // namespace pgjinja::jinja
