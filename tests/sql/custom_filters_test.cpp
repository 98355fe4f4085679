#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

// What is added from C++ gives values, whatever they look like.

namespace pgjinja::sql {
namespace {

constexpr std::string_view kEvil = "x'; DROP TABLE city; --";

class CustomFilters : public testing::Test {
 protected:
  CustomFilters() : environment_(options()) {
    install(environment_);
    environment_.add_filter("evil", [](std::string_view) { return kEvil; });
    environment_.add_filter(
        "evils", [](std::string_view) { return std::vector<std::string_view>{kEvil, kEvil}; });
    environment_.add_filter("echo", [](const Value& v) { return v; });
    environment_.add_filter("between", [](std::string_view s, const Value& around) {
      return Value::list({around, s, around});
    });
    environment_.add_filter("wrap", [](std::string_view s, std::string_view around) {
      return std::string(around) + std::string(s) + std::string(around);
    });
    environment_.add_filter("count",
                            [](const std::vector<std::string_view>& all) { return all.size(); });
    environment_.add_test("long_text", [](std::string_view s) { return s.size() > 3; });
    environment_.add_function("evil", [] { return kEvil; });
    environment_.add_global("evil_global", kEvil);
  }

  /// The SQL with its parameters, or the error.
  std::string bound(std::string_view text) const {
    try {
      const Context context{{"x", "x"}, {"name", "wrap"}, {"mark", "identifier"}};
      const Statement s =
          Binder().bind(environment_.compile("query", std::string(text)).render(context));
      std::string out = s.sql;
      for (const Value& each : s.parameters) {
        out += each.is_text() ? " <" + std::string(each.as_text()) + ">" : " <list>";
      }
      return out;
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + ": " + error.message();
    }
  }

 private:
  static jinja::Options options() {
    jinja::Options options;
    options.captures = jinja::Captures::Fragment;
    options.undefined = jinja::UndefinedPolicy::Unprintable;
    options.annotate = annotate;
    return options;
  }
  jinja::Environment environment_;
};

TEST_F(CustomFilters, GiveValuesThatAreBound) {
  const std::string evil = " <" + std::string(kEvil) + ">";
  EXPECT_EQ(bound("SELECT {{ x | evil }}"), "SELECT $1" + evil);
  EXPECT_EQ(bound("SELECT {{ evil() }}, {{ evil_global }}"), "SELECT $1, $2" + evil + evil);
  EXPECT_EQ(bound("SELECT {{ x | evils }}"), "SELECT $1 <list>");
  EXPECT_EQ(bound("IN {{ x | evils | in }}"), "IN ($1, $2)" + evil + evil);
  EXPECT_EQ(bound("SELECT {{ [x] | map('evil') | first }}"), "SELECT $1" + evil);
  EXPECT_EQ(bound("{% set v = x | evil %}SELECT {{ v ~ '!' }}"),
            "SELECT $1 <" + std::string(kEvil) + "!>");
  EXPECT_EQ(bound("{% macro m() %}{{ x | evil }}{% endmacro %}SELECT {{ m() }}"),
            "SELECT $1" + evil);
  EXPECT_EQ(bound("SELECT 1{% if x is long_text %} OR {% endif %}"), "SELECT 1");
}

TEST_F(CustomFilters, AreRefusedWhereNoValueCanStand) {
  EXPECT_EQ(bound("SELECT '{{ x | evil }}'").substr(0, 8), "binding:");
  EXPECT_EQ(bound("SELECT a_{{ x | evil }}").substr(0, 8), "binding:");
  EXPECT_EQ(bound("SELECT 1 ORDER BY {{ x | evil }}").substr(0, 8), "binding:");
  EXPECT_EQ(bound("SELECT 1 -- {{ x | evil }}").substr(0, 8), "binding:");
}

TEST_F(CustomFilters, DoNotTakeWhatTheyWouldLose) {
  EXPECT_EQ(bound("{{ x | identifier | wrap('-') }}"),
            "binding: the filter 'wrap' would lose what an identifier mark stands for");
  EXPECT_EQ(bound("{{ x | identifier | echo }}"),
            "binding: the filter 'echo' would lose what an identifier mark stands for");
  EXPECT_EQ(bound("{% set b %}{{ x }}{% endset %}{{ b | echo }}"),
            "binding: the filter 'echo' would lose what a fragment stands for");
  EXPECT_EQ(bound("{{ x | wrap(x | raw) }}"),
            "binding: the filter 'wrap' would lose what the raw mark, its argument 1, stands for");
  EXPECT_EQ(bound("{{ [x | raw] | count }}"),
            "binding: the filter 'count' would lose what the raw mark, its input, item 1, stands "
            "for");
  EXPECT_EQ(bound("{% if (x | identifier) is long_text %}a{% endif %}"),
            "binding: the test 'long_text' would lose what the identifier mark, its input, stands "
            "for");
  EXPECT_EQ(bound("{{ [x | identifier] | map('wrap', '-') | list }}"),
            "binding: the filter 'wrap' would lose what its input, a identifier mark, stands for");
}

TEST_F(CustomFilters, MayPassMarksOnAsTheyAre) {
  EXPECT_EQ(bound("SELECT {{ (x | between(x | identifier))[0] }}"), "SELECT \"x\"");
}

TEST_F(CustomFilters, CannotBeTurnedIntoMarksByAName) {
  EXPECT_EQ(bound("SELECT {{ [x] | map(name, '-') | first }}"), "SELECT $1 <-x->");
  EXPECT_EQ(bound("SELECT {{ [x] | map(mark) | first }}"),
            "binding: the filter 'identifier' makes SQL text, and a value cannot choose it");
}

}  // namespace
}  // namespace pgjinja::sql
