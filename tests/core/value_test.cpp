#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(Value, TextsOfEveryLengthComeBack) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    const Value value(text);
    const Value copy(value);
    EXPECT_EQ(copy.as_text(), text);
    EXPECT_EQ(Value::bytes(text).as_bytes(), text);
    EXPECT_EQ(Value::undefined(text).undefined_name(), text);
    EXPECT_FALSE(value == Value::bytes(text)) << size;
  }
}

TEST(Value, ATextKeepsItsTagAndIsStillThatText) {
  const Value tagged = Value::text("1.5", TextTag::Decimal);
  const Value copy(tagged);
  EXPECT_EQ(copy.text_tag(), TextTag::Decimal);
  EXPECT_EQ(copy.as_text(), "1.5");
  EXPECT_EQ(tagged, Value("1.5"));
  EXPECT_EQ(hash_value(tagged), hash_value(Value("1.5")));
  EXPECT_EQ(Value("1.5").text_tag(), TextTag::None);
  EXPECT_EQ(Value(std::string(40, 'x')).text_tag(), TextTag::None);
  EXPECT_EQ(Value::text("x", TextTag::None).text_tag(), TextTag::None);
}

TEST(Value, AnUndefinedOneCanBeMoreThanItsName) {
  const Value plain = Value::undefined("x");
  EXPECT_EQ(plain.undefined_text(), "");
  EXPECT_FALSE(plain.undefined_chains());
  Value value = Value::undefined("x", "{{ x }}", true);
  const Value copy(value);
  value = Value();
  EXPECT_TRUE(copy.is_undefined());
  EXPECT_EQ(copy.undefined_name(), "x");
  EXPECT_EQ(copy.undefined_text(), "{{ x }}");
  EXPECT_TRUE(copy.undefined_chains());
}

TEST(Value, SurvivesAssignmentToItself) {
  Value value("a text that is not stored inside");
  const Value& same = value;
  value = same;
  EXPECT_EQ(value.as_text(), "a text that is not stored inside");
  const Value moved = std::move(value);
  EXPECT_EQ(moved.as_text(), "a text that is not stored inside");
}

TEST(Value, AListMayBeReplacedByItsOwnItem) {
  Value value = Value::list({Value::list({"a text that is not stored inside"})});
  value = value.as_list()[0];
  EXPECT_EQ(value.as_list()[0].as_text(), "a text that is not stored inside");
}

TEST(Value, NumbersAreEqualAsInPython) {
  const std::int64_t max = std::numeric_limits<std::int64_t>::max();
  struct Row {
    Value a;
    Value b;
    bool equal;
  };
  for (const Row& row : {Row{1, 1.0, true},
                         {1, true, true},
                         {0.0, -0.0, true},
                         {0, false, true},
                         {max, 9223372036854775808.0, false},
                         {std::int64_t{9007199254740993}, 9007199254740992.0, false},
                         {std::nan(""), std::nan(""), false},
                         {1, "1", false},
                         {Value(), 0, false},
                         {Value(), Value::undefined(), false}}) {
    EXPECT_EQ(row.a == row.b, row.equal);
    EXPECT_EQ(row.b == row.a, row.equal);
    if (row.equal) {
      EXPECT_EQ(hash_value(row.a), hash_value(row.b));
    }
  }
}

TEST(Value, TheWrongKindIsNamed) {
  try {
    static_cast<void>(Value("a").as_int());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "expected int, found text");
  }
}

TEST(Value, AnUnsignedIntegerThatDoesNotFitIsRefused) {
  EXPECT_EQ(Value(std::uint64_t{INT64_MAX}).as_int(), INT64_MAX);
  EXPECT_THROW(Value(std::uint64_t{INT64_MAX} + 1), Error);
}

TEST(Value, NestingHasALimit) {
  const auto nest = [](Value inner, bool map) {
    if (!map) return Value::list({std::move(inner)});
    Map outer;
    outer.set("k", std::move(inner));
    return Value(std::move(outer));
  };
  for (const bool map : {false, true}) {
    Value deep = nest(1, map);
    for (std::uint32_t i = 1; i < Value::kMaxDepth; ++i) deep = nest(std::move(deep), map);
    EXPECT_THROW(nest(deep, map), Error);
    EXPECT_EQ(deep, deep);
  }
}

TEST(Map, KeepsOrderAndReplacesInPlace) {
  for (const int size : {1, 8, 9, 10, 100, 5000}) {
    Map map;
    for (int i = 0; i < size; ++i) map.set(Value("key" + std::to_string(i)), i);
    for (int i = 0; i < size; ++i) map.set(Value("key" + std::to_string(i)), i * 2);
    ASSERT_EQ(map.size(), static_cast<std::size_t>(size));
    int at = 0;
    for (const Map::Entry& entry : map) {
      EXPECT_EQ(entry.key.as_text(), "key" + std::to_string(at));
      EXPECT_EQ(entry.value, Value(at * 2));
      EXPECT_EQ(map.find(entry.key.as_text())->as_int(), at * 2);
      ++at;
    }
    EXPECT_EQ(map.find(std::string_view("nope")), nullptr);
  }
}

TEST(Map, KeysThatAreEqualAreOne) {
  Map map;
  map.set(1, "int");
  map.set(true, "bool");
  map.set(1.0, "float");
  map.set("1", "text");
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.find(Value(1))->as_text(), "float");
  EXPECT_EQ(map.begin()->key.kind(), Kind::Int);
}

TEST(Map, ACopyIsItsOwn) {
  Map map{{"a", 1}};
  const Map copy(map);
  map.set("a", 2);
  EXPECT_EQ(copy.find(std::string_view("a"))->as_int(), 1);
}

TEST(Map, ListsAndMapsAreNoKeys) {
  Map map;
  EXPECT_THROW(map.set(Value::list({}), 1), Error);
  EXPECT_THROW(map.set(Value(Map{}), 1), Error);
  EXPECT_THROW(map.set(Value::tuple({Value::list({})}), 1), Error);
  map.set(Value::tuple({1, "a"}), 1);
  EXPECT_NE(map.find(Value::tuple({1.0, "a"})), nullptr);
}

class Counted final : public Object {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  ~Counted() override { --alive_; }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "counted"; }

 private:
  int& alive_;
};

TEST(Object, LivesAsLongAsAValueHoldsIt) {
  int alive = 0;
  {
    const Value value = Value::object<Counted>(alive);
    const Value list = Value::list({value, value});
    EXPECT_EQ(alive, 1);
    EXPECT_NE(value.as<Counted>(), nullptr);
    EXPECT_EQ(value, list.as_list()[1]);
    EXPECT_FALSE(value == Value::object<Counted>(alive));
  }
  EXPECT_EQ(alive, 0);
}

class Holder final : public Object {
 public:
  explicit Holder(Value value) : value_(std::move(value)) { holds(value_); }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "holder"; }

 private:
  Value value_;
};

TEST(Object, CountsAsALevelOfNesting) {
  Value deep = 1;
  const auto nest_on = [&deep] {
    for (std::uint32_t i = 0; i < 2 * Value::kMaxDepth; ++i) {
      deep = i % 2 == 0 ? Value::object<Holder>(deep) : Value::list({deep});
    }
  };
  EXPECT_THROW(nest_on(), Error);
}

TEST(Value, CountsWhatIsSharedWhereverItStands) {
  // 60 levels of a pair take a few kilobytes, and any walk over all of it would never end.
  for (const bool map : {false, true}) {
    Value doubled = 1;
    const auto double_on = [&] {
      for (int i = 0; i < 60; ++i) {
        doubled =
            map ? Value(Map{{"a", doubled}, {"b", doubled}}) : Value::list({doubled, doubled});
      }
    };
    EXPECT_THROW(double_on(), Error);
  }
}

TEST(Value, IsMadeFromTheUsualTypes) {
  EXPECT_TRUE(Value(static_cast<const char*>(nullptr)).is_null());
  EXPECT_TRUE(Value(std::optional<int>{}).is_null());
  EXPECT_EQ(Value(std::optional<int>{3}), Value(3));
  EXPECT_EQ(Value(std::vector<std::string>{"a", "b"}), Value::list({"a", "b"}));
  EXPECT_EQ(Value(std::map<std::string, int>{{"a", 1}}), Value(Map{{"a", 1}}));
  EXPECT_EQ(Value(std::vector<std::byte>{std::byte{0}}).as_bytes(), std::string_view("\0", 1));
}

TEST(Map, ErasesAndKeepsTheOrder) {
  for (const int size : {3, 8, 9, 10, 100}) {
    Map map;
    for (int i = 0; i < size; ++i) map.set(i, i * 10);
    EXPECT_FALSE(map.erase(size));
    EXPECT_EQ(map.erasures(), 0U);
    EXPECT_TRUE(map.erase(1));
    EXPECT_EQ(map.erasures(), 1U);
    EXPECT_EQ(map.find(Value(1)), nullptr);
    EXPECT_EQ(map.size(), static_cast<std::size_t>(size - 1));
    for (int i = 0; i < size; ++i) {
      if (i == 1) continue;
      EXPECT_EQ(*map.find(Value(i)), Value(i * 10));
    }
    map.set(1, 7);
    EXPECT_EQ(map.entries().front().key, Value(0));
    EXPECT_EQ(map.entries().back().key, Value(1));
    map.clear();
    EXPECT_TRUE(map.empty());
    EXPECT_EQ(map.find(Value(0)), nullptr);
    EXPECT_EQ(map.erasures(), 2U);
  }
}

TEST(Value, WhatNobodyChangesIsFrozenAlready) {
  const Value list = Value::list({1, Value(Map{{"k", 2}})});
  EXPECT_FALSE(list.may_change());
  EXPECT_EQ(&list.frozen().as_list(), &list.as_list());
  EXPECT_FALSE(Value(1).may_change());
}

}  // namespace
}  // namespace pgjinja
