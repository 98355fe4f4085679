#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {
namespace {

class ConnectionTest : public ServerFixture {
 protected:
  Connection connection{settings()};

  static Settings with(std::initializer_list<std::pair<const std::string, std::string>> more) {
    Settings changed = settings();
    for (const auto& [keyword, value] : more) changed.keywords[keyword] = value;
    return changed;
  }
};

TEST_F(ConnectionTest, TellsAboutTheServer) {
  EXPECT_TRUE(connection.usable());
  EXPECT_TRUE(connection.quiet());
  EXPECT_FALSE(connection.in_transaction());
  EXPECT_EQ(connection.server_parameter("client_encoding"), "UTF8");
  EXPECT_EQ(connection.server_parameter("no_such_thing"), "");
  EXPECT_EQ(first_text(connection, "SELECT pg_backend_pid()::text"),
            std::to_string(connection.backend_pid()));
}

TEST_F(ConnectionTest, GivesTheSameTextFirstAndLater) {
  for (int use = 0; use < 3; ++use) {
    CollectingSink sink;
    const Outcome outcome = connection.execute(
        "SELECT $1::text || 'x', NULL::int, $2::int8 + 1 = 8, g FROM generate_series(1, 3) g",
        std::vector<Value>{"Åbo", 7}, sink);
    EXPECT_EQ(outcome.tag, "SELECT 3");
    EXPECT_EQ(outcome.rows, 3);
    ASSERT_EQ(sink.rows.size(), 3U);
    EXPECT_EQ(sink.rows[0][0], "Åbox");
    EXPECT_EQ(sink.rows[0][1], "NULL");
    EXPECT_EQ(sink.described[0].format, use == 0 ? Format::Text : Format::Binary);
    EXPECT_EQ(sink.described[3].type, oid::kInt4);
  }
  EXPECT_EQ(connection.prepared_statements(), 1U);
}

TEST_F(ConnectionTest, PreparesAStatementOnce) {
  for (int i = 0; i < 50; ++i) first_text(connection, "SELECT $1::int4::text", {i});
  EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM pg_prepared_statements"), "2");
  EXPECT_EQ(connection.prepared_statements(), 2U);
}

TEST_F(ConnectionTest, AThousandStatementsInACacheOfSixteen) {
  Settings small = settings();
  small.statement_cache = 16;
  Connection narrow(small);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(first_text(narrow, "SELECT '" + std::to_string(i) + "'"), std::to_string(i));
  }
  EXPECT_EQ(narrow.prepared_statements(), 16U);
  // The one that this statement itself displaces is closed with the next packet.
  const int held =
      std::stoi(first_text(narrow, "SELECT count(*)::text FROM pg_prepared_statements"));
  EXPECT_LE(held, 17);
}

TEST_F(ConnectionTest, ServerErrorsLeaveTheSessionUsable) {
  const Error syntax = error_of([&] { first_text(connection, "SELEC 1"); });
  EXPECT_EQ(syntax.kind(), ErrorKind::Server);
  EXPECT_EQ(syntax.sqlstate(), "42601");
  EXPECT_EQ(syntax.sql_position(), 1U);
  EXPECT_TRUE(syntax.safe_to_retry());

  const Error value =
      error_of([&] { first_text(connection, "SELECT $1::text, $2::int", {"a", "b"}); });
  EXPECT_EQ(value.sqlstate(), "22P02");
  EXPECT_EQ(value.parameter(), 2U);

  const Error middle =
      error_of([&] { first_text(connection, "SELECT 1 / (5 - g) FROM generate_series(1, 9) g"); });
  EXPECT_EQ(middle.sqlstate(), "22012");
  EXPECT_FALSE(middle.safe_to_retry());

  const Error count = error_of([&] { first_text(connection, "SELECT $1::int", {1, 2}); });
  EXPECT_EQ(count.sqlstate(), "08P01");

  const Error copy = error_of([&] { first_text(connection, "COPY pg_class TO STDOUT"); });
  EXPECT_NE(copy.message().find("COPY"), std::string::npos);
  connection.run_script("CREATE TEMP TABLE sink (a int)");
  error_of([&] { first_text(connection, "COPY sink FROM STDIN"); });
  error_of([&] { connection.run_script("COPY sink FROM STDIN"); });

  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(ConnectionTest, ACopyThatTheServerRefusesLeavesTheSessionUsable) {
  connection.run_script(
      "CREATE TEMP VIEW v AS SELECT 1 AS a; CREATE TEMP TABLE locked (a int);"
      "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'keep out'; "
      "END$$; CREATE TRIGGER no BEFORE INSERT ON locked EXECUTE FUNCTION pg_temp.no()");
  for (int i = 0; i < 20; ++i) {
    const Error view = error_of([&] { first_text(connection, "COPY v FROM STDIN"); });
    EXPECT_EQ(view.sqlstate(), "42809") << view.what();
    const Error raised = error_of([&] { first_text(connection, "COPY locked FROM STDIN"); });
    EXPECT_EQ(raised.message(), "keep out");
    EXPECT_EQ(error_of([&] { connection.run_script("SELECT 1; COPY v FROM STDIN"); }).sqlstate(),
              "42809");
    EXPECT_EQ(error_of([&] { connection.run_script("COPY locked FROM STDIN"); }).message(),
              "keep out");
    EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
  }
}

TEST_F(ConnectionTest, KnowsTransactions) {
  connection.run_script("BEGIN");
  EXPECT_TRUE(connection.in_transaction());
  const Error error = error_of([&] { first_text(connection, "SELECT 1 / 0"); });
  EXPECT_FALSE(error.safe_to_retry());
  EXPECT_TRUE(connection.in_transaction());
  connection.run_script("ROLLBACK");
  EXPECT_FALSE(connection.in_transaction());
}

TEST_F(ConnectionTest, ScriptsStopAtTheFirstFailure) {
  const Error error = error_of([&] {
    connection.run_script(
        "CREATE TEMP TABLE a (i int); SELECT 1; SELECT nope; CREATE TEMP TABLE b ()");
  });
  EXPECT_EQ(error.sqlstate(), "42703");
  EXPECT_EQ(first_text(connection, "SELECT coalesce(to_regclass('b')::text, 'none')"), "none");
}

TEST_F(ConnectionTest, RecoversWhenTheResultTypeChanged) {
  connection.run_script("CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (7)");
  first_text(connection, "SELECT * FROM t");
  connection.run_script("ALTER TABLE t ALTER a TYPE text");
  EXPECT_EQ(first_text(connection, "SELECT * FROM t"), "7");

  connection.run_script("BEGIN; ALTER TABLE t ADD b int");
  const Error error = error_of([&] { first_text(connection, "SELECT * FROM t"); });
  EXPECT_EQ(error.sqlstate(), "0A000");
  EXPECT_NE(error.hint(), "");
  connection.run_script("ROLLBACK");
  EXPECT_EQ(first_text(connection, "SELECT * FROM t"), "7");
}

struct Change {
  const char* what;
  const char* before;
  std::string sql;
  Value first;
  const char* change;
  Value later;
  const char* answer;
};

TEST_F(ConnectionTest, RecoversWhenTheParametersTypeChanged) {
  const Change kChanges[] = {
      {"compared column", "CREATE TEMP TABLE a (c int); INSERT INTO a VALUES (1)",
       "SELECT count(*)::text FROM a WHERE c = $1", 1, "ALTER TABLE a ALTER c TYPE text", "1", "1"},
      {"inserted column", "CREATE TEMP TABLE b (c int)",
       "INSERT INTO b VALUES ($1) RETURNING c::text", 1, "ALTER TABLE b ALTER c TYPE text", "x",
       "x"},
      {"wider integer", "CREATE TEMP TABLE w (c int)",
       "INSERT INTO w VALUES ($1) RETURNING c::text", 1, "ALTER TABLE w ALTER c TYPE int8",
       std::int64_t{5'000'000'000}, "5000000000"},
      {"type made anew", "CREATE TYPE mood AS ENUM ('a')", "SELECT $1::mood::text", "a",
       "DROP TYPE mood; CREATE TYPE mood AS ENUM ('a', 'b')", "b", "b"},
      {"function replaced",
       "CREATE FUNCTION pg_temp.f(int) RETURNS text LANGUAGE sql AS $$SELECT 'int'$$",
       "SELECT pg_temp.f($1)", 1,
       "DROP FUNCTION pg_temp.f; CREATE FUNCTION pg_temp.f(text) RETURNS text LANGUAGE sql AS "
       "'SELECT $1'",
       "x", "x"},
      {"search_path",
       "CREATE SCHEMA one; CREATE TABLE one.s (c int); CREATE SCHEMA two; CREATE TABLE two.s (c "
       "text); INSERT INTO two.s VALUES ('x'); SET search_path = one",
       "SELECT count(*)::text FROM s WHERE c = $1", 1, "SET search_path = two", "x", "1"},
  };
  for (const Change& c : kChanges) {
    connection.run_script(c.before);
    first_text(connection, c.sql, {c.first});
    connection.run_script(c.change);
    EXPECT_EQ(first_text(connection, c.sql, {c.later}), c.answer) << c.what;
    EXPECT_EQ(first_text(connection, c.sql, {c.later}), c.answer) << c.what;
  }
  connection.run_script("RESET search_path; DROP SCHEMA one, two CASCADE; DROP TYPE mood");
}

TEST_F(ConnectionTest, AMistakeIsStillOneWithACachedStatement) {
  const std::string sql = "SELECT $1::text, $2::smallint";
  for (int use = 0; use < 3; ++use) {
    first_text(connection, sql, {"a", 1});
    for (const Value& bad : {Value("many"), Value(100'000)}) {
      const Error error = error_of([&] { first_text(connection, sql, {"a", bad}); });
      EXPECT_EQ(error.kind(), ErrorKind::Server);
      EXPECT_EQ(error.parameter(), 2U);
      EXPECT_TRUE(error.safe_to_retry());
    }
  }
}

TEST_F(ConnectionTest, StatementsOfTheUsersOwnAreNotInTheWay) {
  connection.run_script("PREPARE p1 AS SELECT 1; PREPARE p2 AS SELECT 2; PREPARE p3 AS SELECT 3");
  for (const char* sql : {"SELECT 'a'", "SELECT 'b'", "SELECT 'c'"}) {
    EXPECT_EQ(first_text(connection, sql), std::string(1, sql[8]));
  }
}

TEST_F(ConnectionTest, FetchAndExecuteShowTheColumnsOfTheMoment) {
  const std::string fetch = "/* next */ FETCH 1 FROM c";
  EXPECT_EQ(error_of([&] { first_text(connection, fetch); }).sqlstate(), "34000");
  connection.run_script("BEGIN; DECLARE c CURSOR FOR SELECT 1::int8");
  EXPECT_EQ(first_text(connection, fetch), "1");
  connection.run_script("CLOSE c; DECLARE c CURSOR FOR SELECT 2.5::float8, 'x'");
  EXPECT_EQ(first_text(connection, fetch), "2.5");
  connection.run_script("ROLLBACK; PREPARE q AS SELECT 1::int8");
  EXPECT_EQ(first_text(connection, "EXECUTE q"), "1");
  connection.run_script("DEALLOCATE q; PREPARE q AS SELECT date '2024-02-29'");
  EXPECT_EQ(first_text(connection, "EXECUTE q"), "2024-02-29");
  EXPECT_EQ(connection.prepared_statements(), 0U);
}

TEST_F(ConnectionTest, RecoversWhenTheServerForgotAStatement) {
  for (const char* command :
       {"DEALLOCATE ALL", "DISCARD ALL",
        "DO $$ BEGIN EXECUTE 'DEALLOCATE ' || (SELECT name FROM pg_prepared_statements); END $$"}) {
    Connection fresh(settings());
    first_text(fresh, "SELECT 'x'");
    fresh.run_script(command);
    EXPECT_EQ(first_text(fresh, "SELECT 'x'"), "x") << command;
  }
}

class ThrowingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& /*columns*/) override {}
  void row(std::span<const Field> /*fields*/) override {
    if (++rows == 10) throw std::out_of_range("enough");
  }
  int rows = 0;
};

TEST_F(ConnectionTest, ASinkThatThrowsEndsTheCallCleanly) {
  ThrowingSink sink;
  EXPECT_THROW(connection.execute("SELECT generate_series(1, 100000)", {}, sink),
               std::out_of_range);
  EXPECT_EQ(sink.rows, 10);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

class NestingSink final : public RowSink {
 public:
  explicit NestingSink(Connection& connection) : connection_(connection) {}
  void columns(const std::vector<Column>& /*columns*/) override {}
  void row(std::span<const Field> /*fields*/) override { connection_.run_script("SELECT 1"); }

 private:
  Connection& connection_;
};

TEST_F(ConnectionTest, ASinkCannotUseItsOwnConnection) {
  NestingSink sink(connection);
  EXPECT_EQ(error_of([&] { connection.execute("SELECT 1", {}, sink); }).kind(), ErrorKind::Config);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

class CountingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& /*columns*/) override {}
  void row(std::span<const Field> fields) override {
    ++rows;
    bytes += fields[0].size;
  }
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

TEST_F(ConnectionTest, LargeResultsAndLargeRows) {
  CountingSink many;
  connection.execute("SELECT g::text, g FROM generate_series(1, 200000) g", {}, many);
  EXPECT_EQ(many.rows, 200'000U);
  EXPECT_EQ(many.bytes, 1'088'895U);

  CountingSink huge;
  connection.execute("SELECT repeat('x', 50000000)", {}, huge);
  EXPECT_EQ(huge.bytes, 50'000'000U);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(ConnectionTest, APacketLargerThanTheSocketsBuffersIsAnswered) {
  const std::string big(20'000'000, 'y');
  CountingSink echo;
  connection.execute("SELECT $1::text", std::vector<Value>{big}, echo);
  EXPECT_EQ(echo.bytes, big.size());
  // The server answers a script while it is still being sent: both directions fill up.
  std::string script;
  for (int i = 0; i < 20000; ++i) script += "SELECT repeat('z', 1000);";
  connection.run_script(script);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(ConnectionTest, NoticesAndParameterChangesPassBy) {
  EXPECT_EQ(first_text(connection, "SELECT set_config('TimeZone', 'Asia/Tokyo', false)"),
            "Asia/Tokyo");
  EXPECT_EQ(connection.server_parameter("TimeZone"), "Asia/Tokyo");
  connection.run_script(
      "DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE 'n %', i; END LOOP; END $$");
  connection.run_script("LISTEN c; NOTIFY c, 'payload'");
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(ConnectionTest, BringsTheSessionIntoAFormItCanRead) {
  Connection german(
      with({{"options",
             "-c DateStyle=German -c IntervalStyle=iso_8601 -c standard_conforming_strings=off"}}));
  EXPECT_EQ(first_text(german, "SELECT (date '2024-02-29')::text"), "2024-02-29");
  EXPECT_EQ(german.server_parameter("standard_conforming_strings"), "on");
  EXPECT_EQ(german.server_parameter("IntervalStyle"), "postgres");
  const Error error = error_of([&] { german.run_script("SET DateStyle TO German"); });
  EXPECT_EQ(error.kind(), ErrorKind::Config);
  EXPECT_FALSE(german.usable());
}

TEST_F(ConnectionTest, ATerminatedSessionSaysWhy) {
  const Error error = error_of(
      [&] { first_text(connection, "SELECT pg_terminate_backend(pg_backend_pid())::text"); });
  EXPECT_EQ(error.kind(), ErrorKind::Connection);
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_FALSE(error.safe_to_retry());
  EXPECT_FALSE(connection.usable());
  EXPECT_TRUE(error_of([&] { first_text(connection, "SELECT 1"); }).safe_to_retry());
}

TEST_F(ConnectionTest, ASessionThatEndedWhileIdleIsNotQuiet) {
  Connection other(settings());
  // The second argument waits until the session is gone.
  EXPECT_EQ(first_text(other, "SELECT pg_terminate_backend($1::int, 10000)::text",
                       {std::to_string(connection.backend_pid())}),
            "true");
  EXPECT_FALSE(connection.quiet());
  const Error error = error_of([&] { first_text(connection, "SELECT 1"); });
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_TRUE(error.safe_to_retry());
}

TEST_F(ConnectionTest, AServerThatIsKilledIsALostConnection) {
  EmbeddedServer victim;
  Connection lost(victim.settings());
  const pid_t pid = victim.pid();
  EXPECT_EQ(first_text(lost, "SELECT 'here'"), "here");
  std::thread killer([&] {
    Connection watcher(victim.settings());
    while (first_text(watcher,
                      "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'") ==
           "0") {
    }
    ::kill(static_cast<pid_t>(lost.backend_pid()), SIGKILL);
  });
  const Error error = error_of([&] { first_text(lost, "SELECT pg_sleep(600)::text"); });
  killer.join();
  EXPECT_EQ(error.kind(), ErrorKind::Connection);
  EXPECT_FALSE(error.safe_to_retry());
  EXPECT_FALSE(lost.usable());
  EXPECT_GT(pid, 0);
}

struct Refusal {
  std::map<std::string, std::string> keywords;
  const char* sqlstate;
  const char* hint_word;
};

TEST_F(ConnectionTest, SaysWhyNoSessionOpens) {
  const Refusal kRefusals[] = {
      {{{"dbname", "nope"}}, "3D000", "dbname"},
      {{{"user", "nobody_here"}}, "28000", "user"},
      {{{"host", "127.0.0.1"}, {"port", "1"}}, "", "nothing listens"},
      {{{"host", "/nowhere"}}, "", "nothing listens"},
  };
  for (const Refusal& refusal : kRefusals) {
    Settings changed = settings();
    for (const auto& [keyword, value] : refusal.keywords) changed.keywords[keyword] = value;
    const Error error = error_of([&] { const Connection none(changed); });
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_EQ(error.sqlstate(), refusal.sqlstate) << error.what();
    EXPECT_NE(error.hint().find(refusal.hint_word), std::string::npos) << error.what();
    EXPECT_EQ(error.message().find('\n'), std::string::npos);
  }
}

TEST_F(ConnectionTest, SettingsThatNoLibpqTakesAreAMistakeOfTheCallers) {
  for (const auto& [keyword, value] :
       {std::pair("sslmode", "foo"), std::pair("service", "nope"), std::pair("port", "99999"),
        std::pair("connect_timeout", "soon")}) {
    const Error error = error_of([&] { const Connection none(with({{keyword, value}})); });
    EXPECT_EQ(error.kind(), ErrorKind::Config) << error.what();
    EXPECT_NE(error.message().find(value), std::string::npos) << error.what();
    EXPECT_FALSE(error.safe_to_retry());
  }
}

TEST_F(ConnectionTest, AForkedChildIsRefusedAndDoesNoHarm) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int status = connection.usable() ? 1 : 0;
    try {
      connection.run_script("SELECT 1");
      status |= 2;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Config) status |= 4;
    }
    connection = Connection(settings());  // lets go of the parent's session
    if (first_text(connection, "SELECT 'child'") != "child") status |= 8;
    ::_exit(status);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(first_text(connection, "SELECT 'parent'"), "parent");
}

/// Forks at its first row, and goes on when the child has ended.
class ForkingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& /*columns*/) override {}
  void row(std::span<const Field> /*fields*/) override {
    if (++rows > 1) return;
    child = ::fork();
    if (child != 0) ::waitpid(child, &status, 0);
  }

  int rows = 0;
  pid_t child = -1;
  int status = -1;
};

TEST_F(ConnectionTest, AForkedChildDoesNotReadOn) {
  ForkingSink sink;
  std::string said;
  try {
    connection.execute("SELECT repeat('x', 1000) FROM generate_series(1, 20000)", {}, sink,
                       {.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1)});
  } catch (const Error& error) {
    said = error.message();
  }
  if (sink.child == 0) {
    ::_exit(said == "this connection was opened before fork(), by the parent" ? 7 : 1);
  }
  EXPECT_TRUE(WIFEXITED(sink.status) && WEXITSTATUS(sink.status) == 7) << sink.status;
  EXPECT_EQ(said, "");
  EXPECT_EQ(sink.rows, 20000);
}

}  // namespace
}  // namespace pgjinja::pg
