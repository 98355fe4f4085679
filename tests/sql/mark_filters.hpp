#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>

#include <cmath>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja::sql {

// What the tests of the filters that make marks share.

inline const Context kContext = {
    {"dir", "desc"},
    {"evil", "desc; DROP TABLE x"},
    {"cased", "DESC"},
    {"n", 7},
    {"nil", nullptr},
    {"words", Value::list({"asc", "desc"})},
    {"quote", "'"},
    {"dollar", "$1"},
    {"rows", Value::list({Value::list({1, "a"}), Value::tuple({2, nullptr})})},
    {"short", Value::list({Value::list({1, "a"}), Value::list({2})})},
    {"hollow", Value::list({Value::list({})})},
    {"flat", Value::list({1, 2})},
    {"nothing", Value::list({})},
    {"people",
     Value::list({Value(Map{{"id", 1}, {"na\"me", "x"}}), Value(Map{{"na\"me", "y"}, {"id", 2}})})},
    {"more", Value::list({Value(Map{{"id", 1}}), Value(Map{{"id", 2}, {"admin", true}})})},
    {"less", Value::list({Value(Map{{"id", 1}, {"x", 2}}), Value(Map{{"id", 2}})})},
    {"mixed", Value::list({Value(Map{{"id", 1}}), Value::list({2})})},
    {"mixed2", Value::list({Value::list({2}), Value(Map{{"id", 1}})})},
    {"blank", Value::list({Value(Map())})},
    {"marked", Value::list({Value::list({identifier({"a"})})})},
    {"nested", Value::list({Value::list({Value::list({1, 2}), Value(Map{{"a", 1}})})})},
    {"map", Value(Map{{"a", 1}, {"b", "x"}})},
    {"empty", Value(Map())},
    {"long", Value(Map{{std::string(64, 'x'), 1}})},
    {"unnamed", Value(Map{{"", 1}})},
    {"text", "it's"},
    {"path", "C:\\new'"},
    {"minus", -5},
    {"half", -0.5},
    {"one", 1.0},
    {"nan", std::nan("")},
    {"infinite", -HUGE_VAL},
    {"yes", true},
    {"bytes", Value::bytes("h\xFF")},
    {"nul", std::string_view("a\0b", 3)},
    {"invalid", "a\xC3"},
};

inline jinja::Environment& environment() {
  static jinja::Environment* const made = [] {
    jinja::Options options;
    options.captures = jinja::Captures::Fragment;
    options.undefined = jinja::UndefinedPolicy::Unprintable;
    options.annotate = annotate;
    auto* all = new jinja::Environment(options);
    install(*all);
    return all;
  }();
  return *made;
}

/// The SQL with the number of parameters, or the error's kind, message and hint.
inline std::string bound(std::string_view text) {
  try {
    const Statement s =
        Binder().bind(environment().compile("query", std::string(text)).render(kContext));
    return s.sql + " /" + std::to_string(s.parameters.size());
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message() + " => " +
           error.hint();
  }
}

struct Row {
  std::string_view text;
  std::string_view bound;
};

template <std::size_t N>
void expect(const Row (&rows)[N]) {
  for (const Row& row : rows) EXPECT_EQ(bound(row.text), row.bound) << row.text;
}

}  // namespace pgjinja::sql
