// Rows as data, and their transforms, against a server.

#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;
using test::Templates;
using namespace transform;  // NOLINT(google-build-using-namespace): its names are what is tested

const Templates kTemplates = {
    {"kinds",
     "SELECT 1::int2 AS i, 2.5::float8 AS f, true AS b, 'é' AS t, NULL::text AS n,\n"
     "       1.50::numeric AS d, ARRAY[1, NULL, 3] AS a, date '2026-01-02' AS day,\n"
     "       '{\"deep\": [1, 2.5, null, {\"x\": \"y\"}], \"big\": 18446744073709551615}'::jsonb AS "
     "j,\n"
     "       ARRAY['1'::json, NULL, '[]'] AS js"},
    {"numbers", "SELECT g AS n, g % 3 AS third FROM generate_series(1, {{ count }}::int) g"},
    {"no columns", "SELECT FROM generate_series(1, 3)"},
    {"touch", "UPDATE data_author SET name = name"},
    {"same names", "SELECT 1 AS a, 2 AS b, 3 AS a"},
    {"authors", "SELECT id AS author_id, name AS author_name FROM data_author"},
    {"books",
     "SELECT a.id, a.name, b.id AS book_id, b.title AS book_title\n"
     "FROM data_author a LEFT JOIN data_book b ON b.author = a.id\n"
     "ORDER BY {% if mixed %}b.id NULLS FIRST{% else %}a.id, b.id{% endif %}"},
    {"nested",
     "{#---\n@transform nest('books', 'book_') | key_by('name')\n---#}\n"
     "SELECT a.name, b.title AS book_title, b.id AS book_no\n"
     "FROM data_author a JOIN data_book b ON b.author = a.id ORDER BY b.id"},
    {"listed",
     "{#---\n@transform nest('books', 'book_')\n---#}\n"
     "SELECT 'Ann' AS full_name, g AS book_no FROM generate_series(1, 2) g"},
    {"prizes",
     "SELECT a.id, a.name, b.title AS book_title, p AS prize_year\n"
     "FROM data_author a LEFT JOIN data_book b ON b.author = a.id\n"
     "LEFT JOIN LATERAL unnest(a.prizes) p ON true ORDER BY a.id, b.id, p"},
    {"chapters",
     "SELECT a.id AS user_id, b.id AS book_id, c AS book_part_no, 'x' AS book_part_first_word\n"
     "FROM data_author a JOIN data_book b ON b.author = a.id\n"
     "CROSS JOIN generate_series(1, 2) c ORDER BY a.id, b.id, c"},
    {"unknown", "{#---\n@transform nst('books', 'book_')\n---#}\nSELECT 1 AS id"},
    {"wrong", "{#---\n@transform camel_case | nest('books')\n---#}\nSELECT 1 AS id"},
    {"keyed twice",
     "{#---\n@transform key_by('third')\n---#}\nSELECT g AS n, g % 3 AS third "
     "FROM generate_series(1, 5) g"},
    {"own", "{#---\n@transform multiply(10)\n---#}\nSELECT g AS n FROM generate_series(1, 3) g"},
    {"paged",
     "{#---\n@sort n\n@transform column('n')\n---#}\n"
     "SELECT g AS n, 'x' AS user_name FROM generate_series(1, 5) g"},
    {"sorted",
     "{#---\n@sort n\n---#}\nSELECT g AS n, 'x' AS user_name FROM generate_series(1, 5) g"},
    {"late error", "SELECT 10 / (5 - g) AS n FROM generate_series(1, 9) g"},
    {"nan", "SELECT 'NaN'::float8 AS x, g AS item_n FROM generate_series(1, 2) g"},
};

Transform multiply(const std::vector<Value>& arguments) {
  const std::int64_t by = arguments.at(0).as_int();
  return Transform::rows("multiply", [by](const Map& row) -> std::optional<Map> {
    Map out;
    out.set("n", row.at("n").as_int() * by);
    return out;
  });
}

Client data_client(ClientSettings settings = {}) {
  settings.connection = test::patient_settings();
  settings.pool = {.max_size = 2};
  settings.loader = std::make_shared<jinja::MapLoader>(kTemplates);
  settings.transform_makers.emplace("multiply", &multiply);
  settings.cursor_secrets = {"0123456789abcdef"};
  return Client(std::move(settings));
}

class DataTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_client().run_script(
        "DROP TABLE IF EXISTS data_book, data_author;"
        "CREATE TABLE data_author (id int PRIMARY KEY, name text, prizes int[]);"
        "CREATE TABLE data_book (id int PRIMARY KEY, author int REFERENCES data_author,"
        " title text);"
        "INSERT INTO data_author VALUES (1, 'Ann', '{1990, 1995}'), (2, 'Bob', '{}'),"
        " (3, 'Ann', '{2001}');"
        "INSERT INTO data_book VALUES (10, 1, 'X'), (11, 3, 'Y'), (12, 1, 'Z')");
  }

  static std::string json_of(const Value& data) { return to_json(data); }

  Client db = data_client();
};

TEST_F(DataTest, IsAListOfMaps) {
  EXPECT_EQ(json_of(db.fetch("kinds")),
            R"([{"i":1,"f":2.5,"b":true,"t":"é","n":null,"d":"1.50","a":[1,null,3],)"
            R"("day":"2026-01-02","j":{"big":1.8446744073709552e+19,)"
            R"("deep":[1,2.5,null,{"x":"y"}]},"js":[1,null,[]]}])");
  EXPECT_EQ(json_of(db.fetch("numbers", {{"count", 0}})), "[]");
  EXPECT_EQ(json_of(db.fetch("numbers", {{"count", 2}})),
            R"([{"n":1,"third":1},{"n":2,"third":2}])");
}

TEST_F(DataTest, AMapIsARowType) {
  const Map one = db.query_one<Map>("numbers", {{"count", 1}});
  EXPECT_EQ(json_of(Value(one)), R"({"n":1,"third":1})");
  EXPECT_FALSE(db.query_maybe<Map>("numbers", {{"count", 0}}));
  std::int64_t sum = 0;
  for (const Map& row : db.stream<Map>("numbers", {{"count", 2500}})) {
    ASSERT_EQ(row.size(), 2U);
    sum += row.at("n").as_int();
  }
  EXPECT_EQ(sum, 2500 * 2501 / 2);
}

TEST_F(DataTest, RefusesWhatHasNoNames) {
  EXPECT_EQ(report_of([&] { (void)db.fetch("same names"); }),
            "error[mapping]: column \"a\" appears more than once in the result\n"
            "  = while executing same names:1:1\n"
            "  = hint: name one of them otherwise (… AS other_name), or leave it out");
  for (const char* name : {"no columns", "touch"}) {
    try {
      (void)db.fetch(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Mapping);
      EXPECT_EQ(error.message(), "the statement returns no columns");
    }
  }
}

TEST_F(DataTest, NestsOneToMany) {
  const std::string all =
      R"([{"id":1,"name":"Ann","books":[{"id":10,"title":"X"},{"id":12,"title":"Z"}]},)"
      R"({"id":2,"name":"Bob","books":[]},)"
      R"({"id":3,"name":"Ann","books":[{"id":11,"title":"Y"}]}])";
  EXPECT_EQ(json_of(db.fetch("books", {{"mixed", false}}, {nest("books", "book_")})), all);
  // In another order, the same parents: in the order in which they appear.
  EXPECT_EQ(json_of(db.fetch("books", {{"mixed", true}}, {nest("books", "book_")})),
            R"([{"id":2,"name":"Bob","books":[]},)"
            R"({"id":1,"name":"Ann","books":[{"id":10,"title":"X"},{"id":12,"title":"Z"}]},)"
            R"({"id":3,"name":"Ann","books":[{"id":11,"title":"Y"}]}])");
  EXPECT_EQ(json_of(db.fetch("numbers", {{"count", 0}}, {nest("books", "book_")})), "[]");
}

TEST_F(DataTest, NestsSeveralLists) {
  // What a join of two lists gives is each of one with each of the other.
  EXPECT_EQ(json_of(db.fetch("prizes", {}, {nest("books", "book_"), nest("prizes", "prize_")})),
            R"([{"id":1,"name":"Ann","books":[{"title":"X"},{"title":"Z"}],)"
            R"("prizes":[{"year":1990},{"year":1995}]},)"
            R"({"id":2,"name":"Bob","books":[],"prizes":[]},)"
            R"({"id":3,"name":"Ann","books":[{"title":"Y"}],"prizes":[{"year":2001}]}])");
  // A list in the rows of another one; renamed with them.
  EXPECT_EQ(
      json_of(db.fetch("chapters", {},
                       {nest("book_parts", "book_part_"), nest("books", "book_"), camel_case()})),
      R"([{"userId":1,"books":[{"id":10,"parts":[{"no":1,"firstWord":"x"},)"
      R"({"no":2,"firstWord":"x"}]},{"id":12,"parts":[{"no":1,"firstWord":"x"},)"
      R"({"no":2,"firstWord":"x"}]}]},)"
      R"({"userId":3,"books":[{"id":11,"parts":[{"no":1,"firstWord":"x"},)"
      R"({"no":2,"firstWord":"x"}]}]}])");
  // NaN is equal to itself where rows are grouped.
  EXPECT_EQ(db.fetch("nan", {}, {nest("items", "item_")}).as_list().size(), 1U);
}

TEST_F(DataTest, FrontMatterNamesTransforms) {
  EXPECT_EQ(json_of(db.fetch("nested")),
            R"({"Ann":{"name":"Ann","books":[{"title":"X","no":10},{"title":"Y","no":11},)"
            R"({"title":"Z","no":12}]}})");
  EXPECT_EQ(json_of(db.fetch("own")), R"([{"n":10},{"n":20},{"n":30}])");
  // It says nothing about rows that are no data.
  EXPECT_EQ(db.query<std::int32_t>("own"), (std::vector<std::int32_t>{1, 2, 3}));
}

TEST_F(DataTest, TheTemplatesComeFirstAndTheClientsLast) {
  const Client camel = data_client({.transforms = {camel_case()}});
  const Transform seen = Transform::rows("seen", [](Map row) -> std::optional<Map> {
    // The template's nest has been at it, and the client's camel_case has not.
    row.set("list_seen", row.find("books") != nullptr);
    row.erase("books");
    return row;
  });
  EXPECT_EQ(json_of(camel.fetch("listed", {}, {seen})), R"([{"fullName":"Ann","listSeen":true}])");
}

TEST_F(DataTest, PointsAtWhatIsWrong) {
  EXPECT_EQ(report_of([&] { (void)db.fetch("unknown"); }),
            "error[config]: there is no transform 'nst'\n"
            " --> unknown:2:12\n"
            "  |\n"
            "2 | @transform nst('books', 'book_')\n"
            "  |            ^^^^^^^^^^^^^^^^^^^^^\n"
            "  = hint: did you mean 'nest'?");
  EXPECT_EQ(report_of([&] { (void)db.fetch("wrong"); }),
            "error[config]: these are no arguments of this transform\n"
            " --> wrong:2:25\n"
            "  |\n"
            "2 | @transform camel_case | nest('books')\n"
            "  |                         ^^^^^^^^^^^^^\n"
            "  = hint: write nest('list', 'prefix_')");
  EXPECT_EQ(report_of([&] { (void)db.fetch("keyed twice"); }),
            "error[mapping]: key_by: two rows have the same \"third\"\n"
            " --> keyed twice:2:12\n"
            "  |\n"
            "2 | @transform key_by('third')\n"
            "  |            ^^^^^^^^^^^^^^^\n"
            "  = detail: it is 1\n"
            "  = hint: group_by keeps all rows of a key");
  EXPECT_EQ(report_of([&] { (void)db.fetch("authors", {}, {key_by("id")}); }),
            "error[mapping]: key_by: there is no column \"id\"\n"
            "  = while transforming the rows of authors:1:1\n"
            "  = detail: columns: author_id, author_name");
}

TEST_F(DataTest, NoRowsAreAskedForWithAnUnknownTransform) {
  // The template would change rows: it has not been executed.
  EXPECT_THROW(static_cast<void>(data_client({.transforms = {camel_case()}}).fetch("unknown")),
               Error);
  EXPECT_THROW(data_client({.transform_makers = {{"nest", &multiply}}}), Error);
}

TEST_F(DataTest, Streams) {
  std::string all;
  for (const Map& row : db.fetch_stream("books", {{"mixed", false}}, {.fetch_size = 1},
                                        {nest("books", "book_"), camel_case()})) {
    all += json_of(Value(row)) + "\n";
  }
  EXPECT_EQ(all,
            "{\"id\":1,\"name\":\"Ann\",\"books\":[{\"id\":10,\"title\":\"X\"},"
            "{\"id\":12,\"title\":\"Z\"}]}\n"
            "{\"id\":2,\"name\":\"Bob\",\"books\":[]}\n"
            "{\"id\":3,\"name\":\"Ann\",\"books\":[{\"id\":11,\"title\":\"Y\"}]}\n");
  // Only rows that follow each other become one.
  std::size_t parents = 0;
  for ([[maybe_unused]] const Map& row :
       db.fetch_stream("books", {{"mixed", true}}, {}, {nest("books", "book_")})) {
    ++parents;
  }
  EXPECT_EQ(parents, 4U);
}

TEST_F(DataTest, AStreamHandsOnLastRowsAndErrors) {
  std::int64_t rows = 0;
  for (const Map& row :
       db.fetch_stream("numbers", {{"count", 2001}}, {},
                       {Transform::rows("even", [](Map each) -> std::optional<Map> {
                         if (each.at("n").as_int() % 2 != 0) return {};
                         return each;
                       })})) {
    rows += row.at("n").as_int() % 2 == 0 ? 1 : 1000;
  }
  EXPECT_EQ(rows, 1000);
  EXPECT_THROW(for ([[maybe_unused]] const Map& row : db.fetch_stream(
                        "late error", {}, {.fetch_size = 2}, {nest("list", "n")})){},
               Error);
  const auto refused = report_of([&] { (void)db.fetch_stream("nested"); });
  EXPECT_EQ(refused,
            "error[config]: key_by takes the whole result, which a stream never has\n"
            " --> nested:2:37\n"
            "  |\n"
            "2 | @transform nest('books', 'book_') | key_by('name')\n"
            "  |                                     ^^^^^^^^^^^^^^\n"
            "  = hint: fetch() has it");
}

TEST_F(DataTest, Pages) {
  const DataPage first = db.fetch_page("sorted", {}, {.size = 2}, {camel_case()});
  EXPECT_EQ(json_of(first.data), R"([{"n":1,"userName":"x"},{"n":2,"userName":"x"}])");
  EXPECT_FALSE(first.previous);
  const DataPage second = db.fetch_page("paged", {}, {.size = 2, .sort = {{"n"}}});
  EXPECT_EQ(json_of(second.data), "[1,2]");
  const DataPage last = db.fetch_page("sorted", {}, {.size = 3, .after = *first.next});
  EXPECT_FALSE(last.next);
  const DataPage back =
      db.fetch_page("sorted", {}, {.size = 2, .before = *last.previous}, {column("n")});
  EXPECT_EQ(json_of(back.data), "[1,2]");
  const DataOffsetPage offset =
      db.fetch_offset_page("paged", {}, {.size = 2, .offset = 2, .total = true});
  EXPECT_EQ(json_of(offset.data), "[3,4]");
  EXPECT_TRUE(offset.more);
  EXPECT_EQ(offset.total, 5);
}

TEST_F(DataTest, ATransactionHasThemToo) {
  Transaction tx = db.begin();
  EXPECT_EQ(json_of(tx.fetch("numbers", {{"count", 3}}, {column("n")})), "[1,2,3]");
  EXPECT_EQ(json_of(tx.fetch("nested")).substr(0, 7), "{\"Ann\":");
  tx.commit();
  EXPECT_THROW(static_cast<void>(tx.fetch("nested")), Error);
}

TEST_F(DataTest, ABatchHasThemToo) {
  Batch batch = db.batch();
  const auto numbers = batch.fetch("numbers", {{"count", 3}}, {column("n")});
  const auto authors = batch.fetch("nested");
  const auto wrong = batch.fetch("numbers", {{"count", 3}}, {scalar()});
  EXPECT_THROW(static_cast<void>(batch.fetch("unknown")), Error);
  batch.run();
  EXPECT_EQ(json_of(numbers.get()), "[1,2,3]");
  EXPECT_EQ(json_of(authors.get()).substr(0, 7), "{\"Ann\":");
  EXPECT_EQ(report_of([&] { (void)wrong.get(); }),
            "error[cardinality]: scalar takes one row, and there are 3\n"
            "  = while transforming the rows of numbers:1:1");
}

TEST_F(DataTest, WhatAFunctionThrowsPasses) {
  const Transform breaks =
      Transform::result("breaks", [](const Value&) -> Value { throw std::runtime_error("no"); });
  EXPECT_THROW(static_cast<void>(db.fetch("numbers", {{"count", 1}}, {breaks})),
               std::runtime_error);
  EXPECT_EQ(db.query_one<Map>("numbers", {{"count", 1}}).size(), 2U);
}

}  // namespace
}  // namespace pgjinja
