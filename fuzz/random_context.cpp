#include "random_context.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::fuzz {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kTexts[] = {"",
                                       "a",
                                       "it's",
                                       "\"",
                                       "--",
                                       "/*",
                                       "*/",
                                       "$1",
                                       "$$",
                                       "'; DROP",
                                       "\\",
                                       "a\0b"sv,
                                       "\xff",
                                       "é€",
                                       "\xCC",
                                       "\n",
                                       "a,b",
                                       "b0",
                                       "inner",
                                       "main",
                                       "lib",
                                       "100%",
                                       "%s",
                                       "{k}",
                                       "12",
                                       "-1.5e3",
                                       "0x1F",
                                       "<b>&",
                                       "http://a.com/?b",
                                       "a text that is too long to be stored inside of a value",
                                       "\xE2\x80\xA8",
                                       "ßİǅ"};
constexpr std::int64_t kInts[] = {0,   1,         -1,        2,         7,
                                  100, INT32_MAX, INT64_MAX, INT64_MIN, INT64_MIN + 1};
constexpr double kFloats[] = {0.0,
                              -0.0,
                              0.5,
                              -2.5,
                              1e16,
                              1.7e308,
                              5e-324,
                              std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()};
constexpr std::string_view kKeys[] = {"k",   "b", "items", "",
                                      "a b", "é", "order", "key of many bytes"};

Value text(Choices& choices) {
  if (choices.below(8) != 0) return choices.of(kTexts);
  return choices.bytes(choices.below(32));
}
Value number(Choices& choices) {
  return choices.flip() ? Value(choices.of(kInts)) : Value(choices.of(kFloats));
}

std::vector<Value> items(Choices& choices, unsigned depth) {
  std::vector<Value> all;
  const std::size_t size = choices.below(depth == 0 ? 1 : 5);
  for (std::size_t i = 0; i < size; ++i) all.push_back(random_value(choices, depth - 1));
  return all;
}

Map map(Choices& choices, unsigned depth) {
  Map map;
  const std::size_t size = choices.below(depth == 0 ? 1 : 5);
  for (std::size_t i = 0; i < size; ++i) {
    const bool odd = choices.below(16) == 15;
    Value key = odd ? number(choices) : Value(choices.of(kKeys));
    map.set(std::move(key), random_value(choices, depth - 1));
  }
  return map;
}

/// Lists, tuples or maps of one size, as VALUES wants them.
Value rows(Choices& choices) {
  std::vector<Value> rows;
  const std::size_t size = choices.below(4);
  const bool maps = choices.flip();
  for (std::size_t i = 0; i < size; ++i) {
    const Value a = random_value(choices, 1);
    const Value b = random_value(choices, 0);
    rows.push_back(maps ? Value(Map{{"k", a}, {"b", b}}) : Value::tuple({a, b}));
  }
  return Value::list(std::move(rows));
}

Value mark(Choices& choices) {
  const std::string name(text(choices).as_text());
  switch (choices.below(7)) {
    case 1: return sql::identifier_list({"id", name});
    case 2: return sql::in_list(items(choices, 1));
    case 3: return sql::rows({items(choices, 1), items(choices, 1)});
    case 4: return sql::assignments({{name, number(choices)}});
    case 5: return sql::literal(random_value(choices, 1));
    case 6: return sql::raw(name);
    default: return sql::identifier({name, "id"});
  }
}

/// Some values cannot be marks.
Value mark_or_null(Choices& choices) {
  try {
    return mark(choices);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

Value random_value(Choices& choices, unsigned depth) {
  switch (choices.below(12)) {
    case 0: return {};
    case 1: return choices.flip();
    case 2: return choices.of(kInts);
    case 3: return choices.of(kFloats);
    case 4: return Value::bytes(text(choices).as_text());
    case 5: return Value::list(items(choices, depth));
    case 6: return Value::tuple(items(choices, depth));
    case 7: return Value(map(choices, depth));
    case 8: return depth > 1 ? mark_or_null(choices) : Value();
    case 9: return Value::undefined("gone");
    default: return text(choices);
  }
}

Context random_context(Choices& choices) {
  constexpr unsigned kDepth = 3;
  Context context;
  for (const char* name : {"a", "b", "c"}) context.set(name, random_value(choices, kDepth));
  context.set("s", text(choices)).set("w", text(choices));
  context.set("n", number(choices)).set("z", choices.of(kInts));
  context.set("xs", Value::list(items(choices, kDepth))).set("rows", rows(choices));
  context.set("m", Value(map(choices, kDepth)));
  context.set("q", mark_or_null(choices)).set("v", mark_or_null(choices));
  return context;
}

}  // namespace pgjinja::fuzz
