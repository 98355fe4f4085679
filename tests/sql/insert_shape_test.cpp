#include "sql/insert_shape.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

/// "plain", "arrays" with what is done on conflict, or "other".
std::string kind_of(std::string_view sql) {
  const auto shape = insert_shape(sql);
  if (!shape) return "other";
  if (shape->plain()) return "plain";
  switch (shape->on_conflict) {
    case OnConflict::Fails: return "arrays";
    case OnConflict::DoesNothing: return "arrays, nothing";
    case OnConflict::TakesExcluded: return "arrays, excluded";
  }
  return {};
}

TEST(InsertShape, ReadsNamesAsTheServerDoes) {
  const auto shape = insert_shape(
      "/* in */ insert INTO \"Geo\".City (ID, \"a\"\"b\") -- these\n VALUES ($1, $2 ) ;");
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->table, (std::vector<std::string>{"Geo", "city"}));
  EXPECT_EQ(shape->columns, (std::vector<std::string>{"id", "a\"b"}));
  EXPECT_EQ(shape->head, "/* in */ insert INTO \"Geo\".City (ID, \"a\"\"b\") -- these\n ");
  EXPECT_EQ(shape->tail, "");
  EXPECT_TRUE(shape->plain());
}

TEST(InsertShape, ReadsItemsWithTheirCasts) {
  const auto shape = insert_shape(
      "INSERT INTO t (a, b, c, d) VALUES ($1::numeric(8, 2), 'x'::text, $2 :: timestamp with time "
      "zone [] , NULL) ON CONFLICT DO NOTHING;");
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->items[0].parameter, 1U);
  EXPECT_EQ(shape->items[0].behind, "::numeric(8, 2)");
  EXPECT_EQ(shape->items[1].parameter, 0U);
  EXPECT_EQ(shape->items[1].text, "'x'::text");
  EXPECT_EQ(shape->items[2].parameter, 2U);
  EXPECT_EQ(shape->items[2].behind, " :: timestamp with time zone []");
  EXPECT_EQ(shape->items[3].text, "NULL");
  EXPECT_EQ(shape->tail, "ON CONFLICT DO NOTHING");
}

TEST(InsertShape, KnowsWhatIsTheSameForManyRowsAtOnce) {
  EXPECT_EQ(kind_of("INSERT INTO t (a) VALUES ($1)"), "plain");
  EXPECT_EQ(kind_of("INSERT INTO t (a, b) VALUES ($1, 7)"), "arrays");
  EXPECT_EQ(kind_of("INSERT INTO t (a) VALUES ($1::int)"), "arrays");
  EXPECT_EQ(kind_of("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a, b) DO NOTHING"),
            "arrays, nothing");
  EXPECT_EQ(kind_of("INSERT INTO t (a) VALUES ($1) ON CONFLICT ON CONSTRAINT k DO NOTHING"),
            "arrays, nothing");
  EXPECT_EQ(kind_of("INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = "
                    "EXCLUDED.b, c = excluded.\"c\";"),
            "arrays, excluded");
}

TEST(InsertShape, EverythingElseIsOfAnotherForm) {
  for (const char* sql : {
           "",
           "INSERT",
           "INSERT INTO t",
           "INSERT INTO t VALUES ($1)",
           "INSERT INTO t AS x (a) VALUES ($1)",
           "INSERT INTO a.b.c (a) VALUES ($1)",
           "INSERT INTO größe (a) VALUES ($1)",
           "INSERT INTO U&\"t\" (a) VALUES ($1)",
           "INSERT INTO t (a[1]) VALUES ($1)",
           "INSERT INTO t (a.b) VALUES ($1)",
           "INSERT INTO t () VALUES ($1)",
           "INSERT INTO t (a, b) VALUES ($1)",
           "INSERT INTO t (a) VALUES ($1, $2)",
           "INSERT INTO t (a) VALUES ($2)",
           "INSERT INTO t (a) VALUES ($1), ($2)",
           "INSERT INTO t (a) VALUES ($1) RETURNING a",
           "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1)",
           "INSERT INTO t (a) VALUES (DEFAULT)",
           "INSERT INTO t (a) VALUES ($1 + 1)",
           "INSERT INTO t (a) VALUES (-1)",
           "INSERT INTO t (a) VALUES (lower($1))",
           "INSERT INTO t (a) VALUES (now())",
           "INSERT INTO t (a) VALUES ((SELECT $1))",
           "INSERT INTO t (a) VALUES ($1::int::mood)",
           "INSERT INTO t (a) VALUES ($1::)",
           "INSERT INTO t (a) VALUES ($1::int(",
           "INSERT INTO t (a) VALUES ($1 COLLATE \"C\")",
           "INSERT INTO t (a) SELECT $1",
           "WITH x AS (SELECT 1) INSERT INTO t (a) VALUES ($1)",
           "INSERT INTO t (a) VALUES ($1); SELECT 1",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (lower(a)) DO NOTHING",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) WHERE b DO NOTHING",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = 1",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = EXCLUDED.a + 1",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = EXCLUDED.a WHERE true",
           "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET (a) = (EXCLUDED.a)",
           "UPDATE t SET a = $1",
       }) {
    EXPECT_EQ(kind_of(sql), "other") << sql;
  }
}

}  // namespace
}  // namespace pgjinja::sql
