// The texts of keyset pages. That they give the right rows, page_test.cpp shows on a server.

#include "client/keyset.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

constexpr SortOrder kDown = SortOrder::Descending;

KeysetKey up(const char* column, bool not_null = false) { return {{column}, not_null}; }
KeysetKey down(const char* column, bool not_null = false) { return {{column, kDown}, not_null}; }

std::string condition(const std::vector<KeysetKey>& keys, const std::vector<Value>& at,
                      bool inclusive = false) {
  return keyset_condition(keys, at, 3, inclusive);
}

TEST(Keyset, OrderNamesNullsOnlyWhereTheyAreNotTheDefault) {
  EXPECT_EQ(keyset_order({"a"}), "\"a\"");
  EXPECT_EQ(keyset_order({"a", SortOrder::Ascending, NullsOrder::Last}), "\"a\"");
  EXPECT_EQ(keyset_order({"a", SortOrder::Ascending, NullsOrder::First}), "\"a\" NULLS FIRST");
  EXPECT_EQ(keyset_order({"a", kDown}), "\"a\" DESC");
  EXPECT_EQ(keyset_order({"a", kDown, NullsOrder::First}), "\"a\" DESC");
  EXPECT_EQ(keyset_order({"a", kDown, NullsOrder::Last}), "\"a\" DESC NULLS LAST");
  EXPECT_EQ(keyset_order({"a\"; DROP TABLE t --"}), "\"a\"\"; DROP TABLE t --\"");
}

TEST(Keyset, ReversedTwiceIsTheSameOrder) {
  for (const SortOrder order : {SortOrder::Ascending, kDown}) {
    for (const NullsOrder nulls : {NullsOrder::Default, NullsOrder::First, NullsOrder::Last}) {
      const std::vector<KeysetKey> keys = {{{"a", order, nulls}, false}};
      const KeysetKey once = reversed(keys)[0];
      const KeysetKey twice = reversed({once})[0];
      EXPECT_NE(once.key.descending(), keys[0].key.descending());
      EXPECT_NE(once.key.nulls_first(), keys[0].key.nulls_first());
      EXPECT_EQ(keyset_order(twice.key), keyset_order(keys[0].key));
    }
  }
}

TEST(Keyset, KeysOfOneDirectionThatAreNeverNullAreARow) {
  EXPECT_EQ(condition({up("a", true), up("b", true)}, {1, 2}), "(\"a\", \"b\") > ($3, $4)");
  EXPECT_EQ(condition({down("a", true), down("b", true)}, {1, 2}), "(\"a\", \"b\") < ($3, $4)");
  EXPECT_EQ(condition({up("a", true)}, {1}, true), "(\"a\") >= ($3)");
}

TEST(Keyset, MixedDirectionsAreComparedKeyByKey) {
  EXPECT_EQ(condition({down("a", true), up("b", true)}, {1, 2}),
            "\"a\" <= $3 AND ((\"a\" < $3) OR (\"a\" = $3 AND \"b\" > $4))");
  EXPECT_EQ(condition({down("a", true), up("b", true)}, {1, 2}, true),
            "\"a\" <= $3 AND ((\"a\" < $3) OR (\"a\" = $3 AND \"b\" > $4)"
            " OR (\"a\" = $3 AND \"b\" = $4))");
}

TEST(Keyset, NullsFollowWhereTheyAreLast) {
  EXPECT_EQ(condition({up("a"), up("b", true)}, {1, 2}),
            "(((\"a\" > $3 OR \"a\" IS NULL)) OR (\"a\" = $3 AND \"b\" > $4))");
  EXPECT_EQ(condition({down("a"), up("b", true)}, {1, 2}),
            "\"a\" <= $3 AND ((\"a\" < $3) OR (\"a\" = $3 AND \"b\" > $4))")
      << "in descending order they are first";
}

TEST(Keyset, ANullIsPartOfTheTextAndTakesNoParameter) {
  EXPECT_EQ(condition({up("a"), up("b", true)}, {nullptr, 2}), "((\"a\" IS NULL AND \"b\" > $3))");
  EXPECT_EQ(condition({down("a"), up("b", true)}, {nullptr, 2}),
            "((\"a\" IS NOT NULL) OR (\"a\" IS NULL AND \"b\" > $3))");
  EXPECT_EQ(condition({up("a"), up("b")}, {nullptr, nullptr}), "(false)")
      << "nothing is behind the last nulls";
  EXPECT_EQ(condition({up("a"), up("b")}, {nullptr, nullptr}, true),
            "((\"a\" IS NULL AND \"b\" IS NULL))");
}

}  // namespace
}  // namespace pgjinja
