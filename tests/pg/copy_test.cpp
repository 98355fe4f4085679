#include "pg/server_fixture.hpp"
#include "pg/wire/bytes.hpp"

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/copy.hpp>

#include <functional>
#include <sstream>
#include <stdexcept>

#include <sys/resource.h>

namespace pgjinja::pg {
namespace {

/// Gives rows of texts, "NULL" for null, and calls `before` in front of each.
class TextSource final : public CopySource {
 public:
  using Rows = std::vector<std::vector<std::string>>;
  explicit TextSource(Rows rows) : rows_(std::move(rows)) {}

  Format begin(const std::vector<Column>& columns) override {
    described = columns;
    return Format::Text;
  }
  bool next(CopyRow& row) override {
    before(next_);
    if (next_ == rows_.size()) return false;
    for (const std::string& field : rows_[next_]) {
      if (field == "NULL") {
        row.null();
      } else {
        row.begin_field() += field;
        row.end_field();
      }
    }
    ++next_;
    return true;
  }

  std::vector<Column> described;
  std::function<void(std::size_t)> before = [](std::size_t) {};

 private:
  Rows rows_;
  std::size_t next_ = 0;
};

/// Gives the integers from 1 on, in binary.
class Integers final : public CopySource {
 public:
  explicit Integers(std::int32_t last) : last_(last) {}
  Format begin(const std::vector<Column>& /*columns*/) override { return Format::Binary; }
  bool next(CopyRow& row) override {
    if (given == last_) return false;
    if (given == call_at) call();
    ++given;
    row.encoded(find_encoder<std::int32_t>(oid::kInt4), &given);
    return true;
  }

  std::int32_t given = 0;
  std::int32_t call_at = -1;
  std::function<void()> call;

 private:
  std::int32_t last_;
};

class CopyTest : public ServerFixture {
 protected:
  void SetUp() override {
    connection.run_script("CREATE TEMP TABLE t (n int PRIMARY KEY CHECK (n <> 13), s text)");
  }
  [[nodiscard]] std::string all() {
    return first_text(connection,
                      "SELECT coalesce(string_agg(t::text, ' ' ORDER BY n), '') FROM t");
  }
  Outcome copy(CopySource& source, std::vector<std::string> columns = {"n", "s"}) {
    request.columns = std::move(columns);
    request.source = &source;
    return connection.copy_in(request);
  }

  Connection connection{settings()};
  CopyIn request{.table = "t", .columns = {}};
};

TEST_F(CopyTest, CopiesInText) {
  const std::string hostile = "\\N\\.\t\n\r\b\f\v\\\\\"',é";
  TextSource source(TextSource::Rows{{"1", hostile}, {"2", "NULL"}, {"3", ""}});
  const Outcome outcome = copy(source);
  EXPECT_EQ(outcome.tag, "COPY 3");
  EXPECT_EQ(outcome.rows, 3);
  EXPECT_EQ(source.described[0].type, oid::kInt4);
  EXPECT_EQ(source.described[1].name, "s");
  EXPECT_EQ(first_text(connection, "SELECT s FROM t WHERE n = 1"), hostile);
  EXPECT_EQ(first_text(connection, "SELECT (s IS NULL)::text FROM t WHERE n = 2"), "true");
  EXPECT_EQ(first_text(connection, "SELECT (s = '')::text FROM t WHERE n = 3"), "true");
}

TEST_F(CopyTest, NamesAreNamesAndNoSql) {
  connection.run_script(R"(CREATE SCHEMA "a.b"; CREATE TABLE "a.b"."C""; DROP" ("x"")--" text))");
  TextSource source(TextSource::Rows{{"1"}});
  CopyIn copy{.table = {"a.b", "C\"; DROP"}, .columns = {"x\")--"}, .source = &source};
  EXPECT_EQ(connection.copy_in(copy).rows, 1);
  EXPECT_EQ(first_text(connection, R"(SELECT "x"")--" FROM "a.b"."C""; DROP")"), "1");
  connection.run_script("DROP SCHEMA \"a.b\" CASCADE");
}

TEST_F(CopyTest, AMillionRowsInFlatMemory) {
  const auto peak = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  Integers warm(200'000);
  connection.run_script("CREATE TEMP TABLE many (n int)");
  CopyIn copy{.table = "many", .columns = {"n"}, .source = &warm};
  connection.copy_in(copy);
  const long before = peak();
  Integers source(1'000'000);
  copy.source = &source;
  EXPECT_EQ(connection.copy_in(copy).rows, 1'000'000);
  EXPECT_LT(peak() - before, 2000) << "KiB";
  EXPECT_EQ(first_text(connection, "SELECT sum(n)::text FROM many"), "520000600000");
}

struct Refusal {
  const char* what;
  TextSource::Rows rows;
  const char* sqlstate;
  std::size_t row;
  const char* column;
};

TEST_F(CopyTest, ARefusalNamesTheRowAndKeepsNothing) {
  for (const Refusal& refusal :
       {Refusal{"a wrong text", {{"1", "a"}, {"x", "b"}}, "22P02", 2, "n"},
        Refusal{"a duplicate", {{"1", "a"}, {"2", "b"}, {"1", "c"}}, "23505", 3, ""},
        Refusal{"a check", {{"13", "a"}}, "23514", 1, ""},
        Refusal{"a null", {{"1", "a"}, {"NULL", "b"}}, "23502", 2, ""},
        Refusal{"no text of UTF-8", {{"1", "\xFF"}}, "22021", 1, ""}}) {
    TextSource source(refusal.rows);
    request = {.table = "t", .columns = {}};
    const Error error = error_of([&] { copy(source); });
    EXPECT_EQ(error.sqlstate(), refusal.sqlstate) << refusal.what;
    EXPECT_TRUE(request.begun) << refusal.what;
    EXPECT_EQ(request.failed_row, refusal.row) << refusal.what;
    EXPECT_EQ(request.failed_column, refusal.column) << refusal.what;
    EXPECT_EQ(error.detail().find("COPY"), std::string::npos) << error.what();
    EXPECT_FALSE(error.safe_to_retry()) << refusal.what;
    EXPECT_EQ(all(), "") << refusal.what;
  }
}

TEST_F(CopyTest, ARefusalBeforeTheFirstRowAsksForNone) {
  Integers source(10);
  const Error missing = error_of([&] { copy(source, {"nothing"}); });
  EXPECT_EQ(missing.sqlstate(), "42703");
  EXPECT_EQ(missing.sql_position(), 0U);
  EXPECT_TRUE(missing.safe_to_retry());
  request.table = "no_table";
  EXPECT_EQ(error_of([&] { copy(source); }).sqlstate(), "42P01");
  EXPECT_FALSE(request.begun);
  EXPECT_EQ(source.given, 0);

  // The server looks at what kind of a relation it is only when it has taken the COPY.
  connection.run_script("CREATE TEMP VIEW v AS SELECT n FROM t");
  request.table = "v";
  EXPECT_EQ(error_of([&] { copy(source, {"n"}); }).sqlstate(), "42809");
  EXPECT_TRUE(request.begun);
  EXPECT_EQ(request.failed_row, 0U);
}

TEST_F(CopyTest, PermissionAndRowSecurityAreTheServers) {
  connection.run_script(
      "CREATE TABLE guarded (n int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;"
      "CREATE POLICY p ON guarded USING (true); CREATE TABLE closed (n int);"
      "CREATE ROLE copier; GRANT INSERT ON guarded TO copier; SET ROLE copier");
  Integers source(10);
  request.table = "guarded";
  EXPECT_EQ(error_of([&] { copy(source, {"n"}); }).sqlstate(), "0A000");
  request.table = "closed";
  EXPECT_EQ(error_of([&] { copy(source, {"n"}); }).sqlstate(), "42501");
  EXPECT_FALSE(request.begun);
  connection.run_script("RESET ROLE; DROP TABLE guarded, closed; DROP ROLE copier");
}

TEST_F(CopyTest, ARefusalInTheMiddleStopsAtOnce) {
  Integers source(20'000'000);
  const Error error = error_of([&] { copy(source, {"n"}); });
  EXPECT_EQ(error.sqlstate(), "23514");
  EXPECT_EQ(request.failed_row, 13U);
  EXPECT_LT(source.given, 1'000'000);
  EXPECT_EQ(all(), "");
}

TEST_F(CopyTest, ASourceThatThrowsKeepsNothing) {
  for (const std::int32_t at : {0, 5, 100'000}) {
    Integers source(200'000);
    connection.run_script("CREATE TEMP TABLE many (n int)");
    request = {.table = "many", .columns = {}};
    source.call_at = at;
    source.call = [] { throw std::runtime_error("the file is broken"); };
    EXPECT_THROW(copy(source, {"n"}), std::runtime_error);
    EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM many"), "0");
    connection.run_script("DROP TABLE many");
  }
}

TEST_F(CopyTest, ASourceCannotUseTheConnection) {
  TextSource source(TextSource::Rows{{"1", "a"}});
  source.before = [&](std::size_t) { first_text(connection, "SELECT 1"); };
  EXPECT_EQ(error_of([&] { copy(source); }).message(),
            "this connection is in the middle of another statement");
  EXPECT_EQ(all(), "");
}

TEST_F(CopyTest, ABackendThatIsKilledIsALostConnection) {
  for (const std::int32_t at : {0, 50'000}) {
    Connection victim(settings());
    victim.run_script("CREATE TEMP TABLE many (n int)");
    Integers source(5'000'000);
    source.call_at = at;
    source.call = [&] {
      first_text(connection, "SELECT pg_terminate_backend($1)::text",
                 {std::int64_t{victim.backend_pid()}});
    };
    CopyIn copy{.table = "many", .columns = {"n"}, .source = &source};
    const Error error = error_of([&] { victim.copy_in(copy); });
    EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
    EXPECT_FALSE(victim.usable());
    EXPECT_LT(source.given, 5'000'000);
  }
}

TEST_F(CopyTest, EndsWhenItsDeadlinePasses) {
  connection.run_script("CREATE TEMP TABLE many (n int)");
  Integers source(2'000'000'000);
  CopyIn copy{.table = "many", .columns = {"n"}, .source = &source};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  const Error error = error_of([&] { connection.copy_in(copy, {.deadline = deadline}); });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout) << error.what();
  EXPECT_LT(std::chrono::steady_clock::now() - deadline, std::chrono::seconds(2));
  EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM many"), "0");

  CollectingSink sink;
  const Error out = error_of([&] {
    connection.copy_out("SELECT pg_sleep(60)::text", sink,
                        {.deadline = deadline + std::chrono::seconds(3)});
  });
  EXPECT_EQ(out.kind(), ErrorKind::Timeout) << out.what();
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(CopyTest, BelongsToItsTransaction) {
  connection.run_script("BEGIN");
  TextSource source(TextSource::Rows{{"1", "a"}});
  copy(source);
  EXPECT_EQ(all(), "(1,a)");
  connection.run_script("ROLLBACK");
  connection.run_script("BEGIN");
  TextSource twice(TextSource::Rows{{"1", "a"}, {"1", "b"}});
  EXPECT_FALSE(error_of([&] { copy(twice); }).safe_to_retry());
  EXPECT_TRUE(connection.transaction_failed());
  EXPECT_EQ(error_of([&] { copy(source); }).sqlstate(), "25P02");
  connection.run_script("ROLLBACK");
}

TEST_F(CopyTest, SeesATableThatChangedItsType) {
  connection.run_script("CREATE TEMP TABLE many (n int)");
  for (const Oid type : {oid::kInt4, oid::kFloat4}) {
    TextSource source(TextSource::Rows{{"7"}});
    request.table = "many";
    copy(source, {"n"});
    EXPECT_EQ(source.described[0].type, type);
    connection.run_script("ALTER TABLE many ALTER n TYPE real");
  }
}

TEST_F(CopyTest, CopiesOut) {
  connection.run_script("INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, '')");
  CollectingSink sink;
  const Outcome outcome = connection.copy_out("SELECT s, s || 'x' FROM t ORDER BY n", sink);
  EXPECT_EQ(outcome.tag, "COPY 3");
  EXPECT_EQ(sink.rows,
            (std::vector<std::vector<std::string>>{{"a", "ax"}, {"NULL", "NULL"}, {"", "x"}}));
  EXPECT_EQ(sink.described[0].format, Format::Binary);
}

TEST_F(CopyTest, CopiesOutTextWhereAColumnHasNoCodec) {
  connection.run_script(
      "CREATE TYPE mood AS ENUM ('so\tso', 'N\\A'); CREATE TEMP TABLE m (m mood, i int)");
  connection.run_script("INSERT INTO m VALUES ('so\tso', 1), ('N\\A', 2), (NULL, 3)");
  CollectingSink sink;
  connection.copy_out("SELECT * FROM m ORDER BY i", sink);
  EXPECT_EQ(sink.rows,
            (std::vector<std::vector<std::string>>{{"so\tso", "1"}, {"N\\A", "2"}, {"NULL", "3"}}));
  EXPECT_EQ(sink.described[1].format, Format::Text);
  connection.run_script("DROP TABLE m; DROP TYPE mood");
}

TEST_F(CopyTest, CopyOutTellsWhereTheQueryIsWrong) {
  CollectingSink sink;
  const Error name = error_of([&] { connection.copy_out("SELECT s, nothing FROM t", sink); });
  EXPECT_EQ(name.sqlstate(), "42703");
  EXPECT_EQ(name.sql_position(), 11U);
  EXPECT_TRUE(name.safe_to_retry());
  EXPECT_EQ(error_of([&] { connection.copy_out("SELECT s FROM t WHERE n = $1", sink); }).sqlstate(),
            "42P02");
  EXPECT_EQ(error_of([&] { connection.copy_out("UPDATE t SET n = 1", sink); }).message(),
            "a statement that returns no rows cannot be copied out");
  EXPECT_EQ(error_of([&] {
              connection.copy_out("SELECT 1 / (5 - g) FROM generate_series(1, 9) g", sink);
            }).sqlstate(),
            "22012");
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(CopyTest, ASinkThatThrowsLeavesTheConnectionClean) {
  class Thrower final : public RowSink {
    void columns(const std::vector<Column>& /*columns*/) override {}
    void row(std::span<const Field> /*fields*/) override { throw std::runtime_error("full"); }
  } sink;
  EXPECT_THROW(connection.copy_out("SELECT g FROM generate_series(1, 100000) g", sink),
               std::runtime_error);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(CopyTest, DescribesWithoutExecuting) {
  const Description insert = connection.describe("INSERT INTO t VALUES ($1, $2) RETURNING n");
  EXPECT_EQ(insert.parameter_types, (std::vector<Oid>{oid::kInt4, oid::kText}));
  EXPECT_EQ(insert.columns.at(0).name, "n");
  EXPECT_EQ(all(), "");
  EXPECT_EQ(error_of([&] { connection.describe("SELECT nothing"); }).sql_position(), 8U);
}

}  // namespace
}  // namespace pgjinja::pg
