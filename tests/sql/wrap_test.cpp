#include "sql/wrap.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

TEST(Wrap, TakesTheLastSemicolonAway) {
  EXPECT_EQ(without_semicolon("SELECT 1"), "SELECT 1");
  EXPECT_EQ(without_semicolon("SELECT 1 ;\n-- the end"), "SELECT 1 ");
  EXPECT_EQ(without_semicolon("SELECT 1 -- ;"), "SELECT 1 -- ;");
  EXPECT_EQ(without_semicolon("SELECT ';' /* ; */"), "SELECT ';' /* ; */");
  EXPECT_EQ(without_semicolon("SELECT 1; SELECT 2"), "SELECT 1; SELECT 2") << "the server's to say";
  EXPECT_EQ(without_semicolon(""), "");
}

TEST(Wrap, KnowsAQueryByItsFirstWord) {
  for (const char* query :
       {"SELECT 1", "/* c */ select", "-- c\nTABLE t", "(VALUES (1))", "With"}) {
    EXPECT_TRUE(is_query(query)) << query;
  }
  for (const char* other : {"", "-- SELECT", "INSERT", "selected", "'select'", "\"select\"", "1"}) {
    EXPECT_FALSE(is_query(other)) << other;
  }
}

TEST(Wrap, PlacesStayWhereTheyWere) {
  const jinja::Source source{.name = "t", .path = "t", .text = "SELECT a; -- b"};
  Statement statement;
  statement.sql = source.text;
  statement.origins.emplace_back(0, 0, 0, &source);
  wrap(statement, "((", "))");
  EXPECT_EQ(statement.sql, "((SELECT a))");
  EXPECT_EQ(statement.place_of(1), std::nullopt);
  EXPECT_EQ(statement.place_of(2)->column, 1U);
  EXPECT_EQ(statement.place_of(9)->column, 8U);
  EXPECT_EQ(statement.place_of(10), std::nullopt);
  EXPECT_EQ(statement.place_of(12), std::nullopt);
}

}  // namespace
}  // namespace pgjinja::sql
