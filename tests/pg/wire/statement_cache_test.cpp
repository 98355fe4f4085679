#include "pg/wire/statement_cache.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

void put(StatementCache& cache, std::string_view sql) {
  StatementCache::Statements draft = cache.draft(sql);
  cache.insert(draft);
}

TEST(StatementCache, TheLeastRecentlyUsedGoesFirst) {
  StatementCache cache({.capacity = 2});
  put(cache, "a");
  put(cache, "b");
  ASSERT_NE(cache.find("a"), nullptr);
  put(cache, "c");
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("c"), nullptr);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(StatementCache, RetiredStatementsAreClosedUntilThatIsWritten) {
  StatementCache cache({.capacity = 1});
  put(cache, "a");
  const PreparedStatement* a = cache.find("a");
  put(cache, "b");
  EXPECT_EQ(a->sql, "a");  // still alive: a sink may look at its columns
  std::string out;
  EXPECT_EQ(cache.append_closes(out), 1U);
  EXPECT_EQ(cache.append_closes(out), 1U);
  cache.closes_written();
  EXPECT_EQ(cache.append_closes(out), 0U);
}

TEST(StatementCache, NamesAreNeverUsedTwice) {
  StatementCache cache({.capacity = 4});
  EXPECT_EQ(cache.draft("a").front().name, "pgjinja_1");
  EXPECT_EQ(cache.draft("a").front().name, "pgjinja_2");
}

TEST(StatementCache, NamesBeginAsTheSessionSays) {
  StatementCache cache({.prefix = "mine_"});
  EXPECT_EQ(cache.draft("a").front().name, "mine_1");
}

TEST(StatementCache, ATextIsNamedAtTheUseThatThePolicySays) {
  StatementCache cache({.capacity = 4, .prepare_at_use = 3});
  EXPECT_EQ(cache.draft("a").front().name, "");
  EXPECT_EQ(cache.draft("b").front().name, "") << "another text's uses do not count";
  EXPECT_EQ(cache.draft("a").front().name, "");
  EXPECT_EQ(cache.draft("a").front().name, "pgjinja_1");
  EXPECT_EQ(cache.draft("b").front().name, "");
}

TEST(StatementCache, UsesAreNotCountedForEver) {
  StatementCache cache({.capacity = 1, .prepare_at_use = 2});
  cache.draft("a");
  for (int i = 0; i < 4; ++i) cache.draft(std::to_string(i));
  EXPECT_EQ(cache.draft("a").front().name, "") << "4 texts for each place of the cache";
}

TEST(StatementCache, ForgettingAllClosesNothing) {
  StatementCache cache({.capacity = 1});
  put(cache, "a");
  put(cache, "b");
  cache.forget_all();
  std::string out;
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(cache.append_closes(out), 0U);
}

TEST(StatementCache, BinaryIsAskedForWhereThereIsACodec) {
  PreparedStatement statement;
  statement.columns = {{"a", oid::kInt4, -1, Format::Text}, {"b", 999'999, -1, Format::Text}};
  statement.use_binary();
  EXPECT_EQ(statement.result_formats, std::string("\0\2\0\1\0\0", 6));
  EXPECT_EQ(statement.columns[0].format, Format::Binary);
  EXPECT_EQ(statement.columns[1].format, Format::Text);
}

}  // namespace
}  // namespace pgjinja::pg::wire
