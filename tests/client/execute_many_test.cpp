#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>
#include <pgjinja/sql/marks.hpp>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;

struct Pair {
  std::int64_t n;
  std::optional<std::string> text;
  friend bool operator==(const Pair&, const Pair&) = default;
};

struct Loose {
  Value n;
  Value text;
};

const test::Templates kTemplates = {
    {"add", "INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})"},
    {"add_text", "INSERT INTO many (n) VALUES ({{ text }})"},
    {"rest", "INSERT INTO many ({{ _model_fields_ }}) VALUES ({{ n }}, {{ text }})"},
    {"branch",
     "INSERT INTO many (n, text) VALUES ({{ n }},\n{% if n == 150 %}upper({{ text }}){% "
     "else %}{{ text }}{% endif %})"},
    {"filter", "INSERT INTO many (n, text) VALUES ({{ n }}, {{ text | upper }})"},
    {"declared",
     "{#---\n@param n: int\n@param text: text\n#}\n"
     "INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})"},
    {"cast", "INSERT INTO many (n, text, number) VALUES ({{ n }}::int, {{ text }}, 7)"},
    {"ignore",
     "INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }}) ON CONFLICT (n) DO NOTHING"},
    {"upsert",
     "INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})\n"
     "ON CONFLICT (n) DO UPDATE SET text = EXCLUDED.text"},
    {"update", "UPDATE many SET text = {{ text }} WHERE n >= {{ n }}"},
    {"list", "INSERT INTO lists (n, list, map) VALUES ({{ n }}, {{ list }}, {{ map }})"},
    {"rows", "SELECT n, text FROM many ORDER BY n"},
    {"count", "SELECT count(*) FROM many"},
    {"lists", "SELECT lists::text FROM lists ORDER BY n LIMIT 1"},
    {"commands", "SELECT count(DISTINCT cmin::text) FROM many"},
    {"unnest",
     "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%unnest%' AND"
     " statement LIKE 'INSERT%'"},
    {"copied", "INSERT INTO copied (n) VALUES ({{ n }})"},
    {"commit", "COMMIT"},
    {"who", "SELECT current_user::text"},
};

class ExecuteManyTest : public testing::Test {
 protected:
  /// One connection, so that what it has prepared tells how rows went; and its role stays.
  Client db{{.connection = test::patient_settings(),
             .pool = {.max_size = 1, .reset = pg::SessionReset::Never},
             .loader = std::make_shared<jinja::MapLoader>(kTemplates)}};

  void SetUp() override { make_table("n int PRIMARY KEY, text text, number int"); }
  void TearDown() override {
    db.run_script("RESET ROLE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  }
  void make_table(const std::string& columns) const {
    db.run_script("DROP TABLE IF EXISTS many CASCADE; CREATE TABLE many (" + columns + ")");
  }
  [[nodiscard]] std::vector<Pair> rows() const { return db.query<Pair>("rows"); }
  /// How the rows of the table went in.
  [[nodiscard]] std::string way() const {
    const auto count = db.query_one<std::int64_t>("count");
    if (count > 0 && db.query_one<std::int64_t>("commands") == count) return "pipeline";
    return db.query_one<std::int64_t>("unnest") > 0 ? "arrays" : "copy";
  }
};

std::vector<Pair> pairs(int count) {
  std::vector<Pair> out;
  for (int n = 1; n <= count; ++n) {
    out.push_back({n, n % 3 == 0 ? std::nullopt : std::optional("t\t\\" + std::to_string(n))});
  }
  return out;
}
std::vector<Context> contexts(int count) {
  std::vector<Context> out;
  for (const Pair& pair : pairs(count)) out.push_back({{"n", pair.n}, {"text", pair.text}});
  return out;
}

TEST_F(ExecuteManyTest, APlainInsertGoesByCopy) {
  EXPECT_EQ(db.execute_many("add", pairs(2500)), 2500);
  EXPECT_EQ(rows(), pairs(2500));
  EXPECT_EQ(way(), "copy");
}

TEST_F(ExecuteManyTest, ContextsTooAndRenderedRows) {
  EXPECT_EQ(db.execute_many("add", contexts(200)), 200);
  EXPECT_EQ(rows(), pairs(200));
  EXPECT_EQ(way(), "copy");
  db.run_script("TRUNCATE many");
  EXPECT_EQ(db.execute_many<Pair>("filter", pairs(200)), 200);
  EXPECT_EQ(rows().at(1).text, "T\t\\2");
  EXPECT_EQ(way(), "copy");
  db.run_script("TRUNCATE many");
  EXPECT_EQ(db.execute_many("rest", pairs(200)), 200);
  EXPECT_EQ(rows(), pairs(200));
  EXPECT_EQ(way(), "copy");
  db.run_script("TRUNCATE many");
  EXPECT_EQ(db.execute_many("declared", pairs(2)), 2);
}

TEST_F(ExecuteManyTest, FewRowsGoInAPipeline) {
  EXPECT_EQ(db.execute_many("add", pairs(3)), 3);
  EXPECT_EQ(rows(), pairs(3));
  EXPECT_EQ(way(), "pipeline");
}

TEST_F(ExecuteManyTest, NoRowsAreNothing) {
  EXPECT_EQ(db.execute_many("add", std::vector<Pair>()), 0);
  Transaction tx = db.begin();
  EXPECT_EQ(tx.execute_many("add", std::vector<Context>()), 0);
}

TEST_F(ExecuteManyTest, CastsAndConstantsGoAsArrays) {
  EXPECT_EQ(db.execute_many("cast", pairs(2500)), 2500);
  EXPECT_EQ(rows(), pairs(2500));
  EXPECT_EQ(way(), "arrays");
}

TEST_F(ExecuteManyTest, ConflictsGoAsArrays) {
  db.execute_many("add", pairs(50));
  EXPECT_EQ(db.execute_many("ignore", pairs(150)), 100);
  EXPECT_EQ(rows(), pairs(150));
  std::vector<Pair> other = pairs(150);
  for (Pair& pair : other) pair.text = "new";
  EXPECT_EQ(db.execute_many("upsert", other), 150);
  EXPECT_EQ(rows(), other);
  EXPECT_EQ(way(), "arrays");
}

TEST_F(ExecuteManyTest, TheSameRowTwiceIsUpdatedTwice) {
  std::vector<Pair> twice = pairs(150);
  twice.push_back({1, "last"});
  EXPECT_EQ(db.execute_many("upsert", twice), 151);
  EXPECT_EQ(rows().at(0).text, "last");
}

TEST_F(ExecuteManyTest, AnyOtherStatementGoesInAPipeline) {
  db.execute_many("add", pairs(3));
  std::vector<Pair> updates = pairs(1200);
  EXPECT_EQ(db.execute_many("update", updates), 3 + 2 + 1);
}

TEST_F(ExecuteManyTest, ARowWithAnotherTextTakesThePipeline) {
  std::vector<Pair> some = pairs(200);
  some[149].text = "a";
  EXPECT_EQ(db.execute_many("branch", some), 200);
  some[149].text = "A";
  EXPECT_EQ(rows(), some);
  EXPECT_EQ(way(), "pipeline");
  db.run_script("TRUNCATE many");
  EXPECT_EQ(db.execute_many("branch", pairs(149)), 149);
  EXPECT_EQ(rows(), pairs(149));
}

TEST_F(ExecuteManyTest, ValuesOfAllKinds) {
  db.run_script("CREATE TABLE lists (n int, list text[], map jsonb)");
  Map map;
  map.set(Value("k"), Value("a\"\\\n"));
  const Value list = Value::list({Value("x\"y"), Value(), Value("")});
  const std::vector<Context> rows(120, Context{{"n", 1}, {"list", list}, {"map", Value(map)}});
  EXPECT_EQ(db.execute_many("list", rows), 120);
  EXPECT_EQ(db.query<std::string>("lists").at(0),
            R"((1,"{""x\\""y"",NULL,""""}","{""k"": ""a\\""\\\\\\n""}"))");
}

TEST_F(ExecuteManyTest, AMarkInOneRowIsAnotherText) {
  std::vector<Loose> some;
  for (int n = 1; n <= 150; ++n) some.push_back({n, "x"});
  EXPECT_EQ(db.execute_many("add", some), 150);
  EXPECT_EQ(way(), "copy");
  db.run_script("TRUNCATE many");
  some[120].text = sql::literal(Value("marked"));
  EXPECT_EQ(db.execute_many("add", some), 150);
  EXPECT_EQ(rows().at(120).text, "marked");
  EXPECT_EQ(way(), "pipeline");
}

struct Table {
  const char* name;
  const char* script;
  const char* way;
};

TEST_F(ExecuteManyTest, CopiesOnlyWhereItIsTheSame) {
  const std::string function =
      "CREATE OR REPLACE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 7';"
      "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN RETURN NEW; END';";
  for (const Table& table : {
           Table{"plain", "", "copy"},
           Table{"identity",
                 "ALTER TABLE many ALTER number SET NOT NULL,"
                 " ALTER number ADD GENERATED ALWAYS AS IDENTITY",
                 "copy"},
           Table{"foreign key",
                 "CREATE TABLE other (n int PRIMARY KEY); INSERT INTO other"
                 " SELECT generate_series(1, 200);"
                 "ALTER TABLE many ADD FOREIGN KEY (n) REFERENCES other",
                 "copy"},
           Table{"check", "ALTER TABLE many ADD CHECK (n + length(text) > 0)", "copy"},
           Table{"default", "ALTER TABLE many ALTER number SET DEFAULT random() * 5", "copy"},
           Table{"partitions",
                 "DROP TABLE many; CREATE TABLE many (n int, text text) PARTITION BY RANGE (n);"
                 "CREATE TABLE many_1 PARTITION OF many FOR VALUES FROM (0) TO (1000)",
                 "copy"},
           Table{"trigger for deletions",
                 "CREATE TRIGGER t BEFORE DELETE ON many FOR EACH ROW"
                 " EXECUTE FUNCTION nothing()",
                 "copy"},
           Table{"trigger of a row",
                 "CREATE TRIGGER t AFTER INSERT ON many FOR EACH ROW"
                 " EXECUTE FUNCTION nothing()",
                 "pipeline"},
           Table{"trigger of a statement",
                 "CREATE TRIGGER t AFTER INSERT ON many"
                 " EXECUTE FUNCTION nothing()",
                 "pipeline"},
           Table{"rule", "CREATE RULE r AS ON INSERT TO many DO ALSO NOTHING", "pipeline"},
           Table{"key to itself", "ALTER TABLE many ADD FOREIGN KEY (number) REFERENCES many",
                 "pipeline"},
           Table{"check by function", "ALTER TABLE many ADD CHECK (n > -seven())", "pipeline"},
           Table{"default by function", "ALTER TABLE many ALTER number SET DEFAULT seven()",
                 "pipeline"},
           Table{"trigger of a partition",
                 "DROP TABLE many; CREATE TABLE many (n int, text text) PARTITION BY RANGE (n);"
                 "CREATE TABLE many_1 PARTITION OF many FOR VALUES FROM (0) TO (1000);"
                 "CREATE TRIGGER t BEFORE INSERT ON many_1 FOR EACH ROW"
                 " EXECUTE FUNCTION nothing()",
                 "pipeline"},
       }) {
    db.run_script("DROP TABLE IF EXISTS other CASCADE");
    make_table("n int PRIMARY KEY, text text, number int");
    db.run_script(function + table.script);
    EXPECT_EQ(db.execute_many("add", pairs(150)), 150) << table.name;
    EXPECT_EQ(rows(), pairs(150)) << table.name;
    EXPECT_EQ(way(), table.way) << table.name;
  }
  db.run_script("DROP TABLE many CASCADE; DROP FUNCTION seven; DROP FUNCTION nothing");
}

TEST_F(ExecuteManyTest, RowSecurityTakesNoCopy) {
  db.run_script(
      "ALTER TABLE many ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON many WITH CHECK (n <> 120);"
      "CREATE ROLE limited; GRANT ALL ON many TO limited; GRANT USAGE ON SCHEMA public TO limited;"
      "SET ROLE limited");
  EXPECT_EQ(db.query_one<std::string>("who"), "limited");
  EXPECT_EQ(db.execute_many("add", pairs(110)), 110);
  EXPECT_EQ(way(), "arrays");
  EXPECT_EQ(report_of([&] {
              std::vector<Pair> more = pairs(110);
              for (Pair& pair : more) pair.n += 110;
              db.execute_many("add", more);
            }),
            "error[server 42501]: new row violates row-level security policy for table \"many\"\n"
            "  = row 10 of execute_many: add:1:1");
  db.run_script("RESET ROLE; DROP OWNED BY limited; DROP ROLE limited");
}

TEST_F(ExecuteManyTest, AViewIsNoTable) {
  db.run_script(
      "DROP TABLE many; CREATE TABLE other (n int, text text);"
      "CREATE VIEW many AS SELECT n, text FROM other");
  EXPECT_EQ(db.execute_many("add", pairs(150)), 150);
  EXPECT_EQ(db.query<Pair>("rows"), pairs(150));
}

TEST_F(ExecuteManyTest, AGeneratedColumnIsRefusedAsByInsert) {
  make_table("n int GENERATED ALWAYS AS IDENTITY, text text");
  EXPECT_EQ(report_of([&] { db.execute_many("add", pairs(150)); }),
            "error[server 428C9]: cannot insert a non-DEFAULT value into column \"n\"\n"
            "  = row 1 of execute_many: add:1:1\n"
            "  = detail: Column \"n\" is an identity column defined as GENERATED ALWAYS.\n"
            "  = hint: Use OVERRIDING SYSTEM VALUE to override.");
  EXPECT_TRUE(rows().empty());
}

TEST_F(ExecuteManyTest, ErrorsTellTheRow) {
  std::vector<Context> texts;
  for (int n = 1; n <= 200; ++n) texts.push_back({{"n", n}, {"text", std::to_string(n)}});
  texts[149].set("text", "seven");
  EXPECT_EQ(report_of([&] { db.execute_many("add_text", texts); }),
            "error[server 22P02]: invalid input syntax for type integer: \"seven\"\n"
            " --> add_text:1:30\n"
            "  |\n"
            "1 | INSERT INTO many (n) VALUES ({{ text }})\n"
            "  |                              ^^^^^^^^^^\n"
            "  = row 150 of execute_many: add_text:1:1");
  std::vector<Pair> twice = pairs(200);
  twice[199].n = 7;
  const std::string duplicate =
      "error[server 23505]: duplicate key value violates unique constraint \"many_pkey\"\n"
      "  = row 200 of execute_many: $:1:1\n"
      "  = detail: Key (n)=(7) already exists.";
  for (const std::string name : {"add", "cast", "filter"}) {
    std::string wanted = duplicate;
    wanted.replace(wanted.find('$'), 1, name);
    EXPECT_EQ(report_of([&] { db.execute_many(name, twice); }), wanted);
  }
  twice[199].n = 1LL << 40;
  EXPECT_EQ(report_of([&] { db.execute_many("add", twice); }),
            "error[encode]: 1099511627776 is out of range for type integer\n"
            " --> add:1:36\n"
            "  |\n"
            "1 | INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})\n"
            "  |                                    ^^^^^^^\n"
            "  = row 200 of execute_many: add:1:1");
  EXPECT_TRUE(rows().empty());
}

TEST_F(ExecuteManyTest, AForeignKeyTellsTheRowToo) {
  db.run_script(
      "CREATE TABLE other (n int PRIMARY KEY); INSERT INTO other SELECT "
      "generate_series(1, 149); ALTER TABLE many ADD FOREIGN KEY (n) REFERENCES other");
  EXPECT_EQ(
      report_of([&] { db.execute_many("add", pairs(200)); }),
      "error[server 23503]: insert or update on table \"many\" violates foreign key constraint "
      "\"many_n_fkey\"\n"
      "  = row 150 of execute_many: add:1:1\n"
      "  = detail: Key (n)=(150) is not present in table \"other\".");
  EXPECT_TRUE(rows().empty());
}

TEST_F(ExecuteManyTest, WhatARowLacksIsToldWithItsNumber) {
  std::vector<Context> some = contexts(200);
  some[119] = {{"n", 7}};
  const std::string missing =
      "error[undefined]: 'text' is undefined\n"
      " --> add:1:45\n"
      "  |\n"
      "1 | INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})\n"
      "  |                                             ^^^^^^^^^^\n"
      "  = row 120 of execute_many: add:1:1\n"
      "  = hint: pass it, or write {{ text | default(...) }}";
  EXPECT_EQ(report_of([&] { db.execute_many("add", some); }), missing);
  some.resize(120);
  some.erase(some.begin(), some.begin() + 119);
  EXPECT_EQ(report_of([&] { db.execute_many("add", some); }).substr(0, 35), missing.substr(0, 35));
  std::vector<Pair> bad = pairs(200);
  bad[120].text = std::string("a\0b", 3);
  EXPECT_EQ(report_of([&] { db.execute_many("add", bad); }),
            "error[encode]: parameter $2, {{ text }}, has a text with a NUL byte, which PostgreSQL "
            "cannot store\n"
            " --> add:1:45\n"
            "  |\n"
            "1 | INSERT INTO many (n, text) VALUES ({{ n }}, {{ text }})\n"
            "  |                                             ^^^^^^^^^^\n"
            "  = row 121 of execute_many: add:1:1\n"
            "  = hint: pass it as bytes (bytea), or take the byte out");
  EXPECT_TRUE(rows().empty());
}

TEST_F(ExecuteManyTest, WhatATemplateDeclaresHoldsForEachRow) {
  const std::string report = report_of([&] { db.execute_many("declared", pairs(150)); });
  EXPECT_EQ(report.substr(0, 14), "error[config]:") << report;
  EXPECT_NE(report.find("row 3 of execute_many: declared:"), std::string::npos) << report;
  EXPECT_TRUE(rows().empty());
}

TEST_F(ExecuteManyTest, RowsNeedNames) {
  const std::vector<std::tuple<int, int>> tuples(3);
  EXPECT_EQ(report_of([&] { db.execute_many("add", tuples); }),
            "error[config]: a row of execute_many has no names\n"
            "  = hint: take a struct, whose members have names, or Context");
  EXPECT_EQ(report_of([&] { db.execute_many("missing", pairs(1)); }).substr(0, 17),
            "error[not-found]:");
}

TEST_F(ExecuteManyTest, BelongsToItsTransaction) {
  {
    Transaction tx = db.begin();
    EXPECT_EQ(tx.execute_many("add", pairs(150)), 150);
    EXPECT_EQ(tx.query_one<std::int64_t>("count"), 150);
  }
  EXPECT_TRUE(rows().empty());
  Transaction tx = db.begin({.settings = {{"app.user", "x"}}});
  EXPECT_EQ(tx.execute_many("add", pairs(2)), 2);
  Transaction inner = tx.nested();
  EXPECT_THROW(inner.execute_many("add", pairs(150)), Error);
  EXPECT_EQ(
      report_of([&] { inner.commit(); }),
      "error[config]: this transaction has failed in template \"add\", and nothing of it will "
      "be kept\n"
      "  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
      "which nested() gives");
  inner.rollback();
  std::vector<Pair> more = pairs(150);
  for (Pair& pair : more) pair.n += 2;
  Transaction next = tx.nested();
  EXPECT_EQ(next.execute_many("cast", more), 150);
  next.commit();
  tx.commit();
  EXPECT_EQ(rows().size(), 152U);
}

TEST_F(ExecuteManyTest, AFailureLeavesNothingAlsoOfEarlierChunks) {
  std::vector<Pair> some = pairs(2500);
  some[2400].n = 1;
  EXPECT_THROW(db.execute_many("filter", some), Error);
  EXPECT_THROW(db.execute_many("branch", some), Error);
  EXPECT_TRUE(rows().empty());
  some[2400].n = 1LL << 40;
  Transaction tx = db.begin();
  EXPECT_THROW(tx.execute_many("branch", some), Error);
  EXPECT_THROW(tx.commit(), Error);
}

TEST_F(ExecuteManyTest, AStatementThatEndsTheTransactionIsRefused) {
  EXPECT_EQ(report_of([&] { db.execute_many("commit", pairs(1)); }).substr(0, 75),
            "error[config]: the statement ended the transaction that it was executed in\n");
}

TEST_F(ExecuteManyTest, ATableThatChangedIsSeen) {
  EXPECT_EQ(db.execute_many("add", pairs(3)), 3);
  db.run_script("TRUNCATE many; ALTER TABLE many ALTER text TYPE varchar(10), ALTER n TYPE bigint");
  EXPECT_EQ(db.execute_many("add", pairs(3)), 3);
  db.run_script("TRUNCATE many; ALTER TABLE many ALTER n TYPE text");
  EXPECT_EQ(db.execute_many("add", pairs(3)), 3);
  db.run_script("TRUNCATE many; ALTER TABLE many ALTER n TYPE int USING n::int");
  EXPECT_EQ(db.execute_many("add", pairs(300)), 300);
  EXPECT_EQ(rows(), pairs(300));
}

}  // namespace
}  // namespace pgjinja
