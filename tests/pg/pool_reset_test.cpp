// What a borrower leaves in a session, and the next one must not find there.

#include "pg/pool_helpers.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/pool.hpp>

#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

class PoolResetTest : public ServerFixture {
 protected:
  static void SetUpTestSuite() {
    ServerFixture::SetUpTestSuite();
    Connection admin(settings());
    for (int i = 0; i < kTenants; ++i) {
      admin.run_script(fmt::format("CREATE ROLE tenant_{}", i));
    }
  }
  static constexpr int kTenants = 16;

  /// All that one can find of others in a session, by name.
  static std::string traces(Connection& connection) {
    return first_text(
        connection,
        "SELECT concat_ws(',', current_user, session_user, current_setting('search_path'), "
        "current_setting('statement_timeout'), coalesce(current_setting('app.tenant', true), ''), "
        "current_setting('default_transaction_read_only'), current_setting('application_name'), "
        "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), "
        "(SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()), "
        "(SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_cursors "
        "WHERE is_holdable), (SELECT count(*) FROM pg_prepared_statements WHERE from_sql))");
  }
};

const char* const kHabits[] = {
    "SET ROLE tenant_{}",
    "SET SESSION AUTHORIZATION tenant_{}",
    "SET search_path TO tenant_{}",
    "SET app.tenant = 'tenant_{}'",
    "SET statement_timeout = '1{}s'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY /* {} */",
    "SELECT set_config('app.tenant', '{}', false)",
    "SELECT pg_advisory_lock({})",
    "SELECT pg_try_advisory_lock_shared({})",
    "CREATE TEMP TABLE left_by_{} (a int)",
    "CREATE TEMPORARY VIEW view_of_{} AS SELECT 1",
    "SELECT 1 AS one INTO TEMP table_of_{}",
    "LISTEN channel_{}",
    "DECLARE cursor_{} CURSOR WITH HOLD FOR SELECT 1",
    "PREPARE statement_{} AS SELECT 1",
    "DO $$ BEGIN PERFORM set_config('app.tenant', '{}', false); END $$",
    "BEGIN; SET LOCAL app.tenant = '{}'",
    "BEGIN; SET app.tenant = '{}'; COMMIT",
    "SET application_name = 'of {}'",
};

TEST_F(PoolResetTest, NothingOfATenantIsLeftForTheNext) {
  Pool pool(settings(), {.max_size = 1});
  std::optional<Lease> lease = pool.acquire();
  const std::string untouched = traces(**lease);
  const std::uint32_t pid = (*lease)->backend_pid();
  for (const char* habit : kHabits) {
    for (const bool as_statement : {true, false}) {
      if (as_statement && std::string_view(habit).starts_with("BEGIN")) continue;
      const std::string sql = fmt::format(fmt::runtime(habit), 7);
      if (as_statement) {
        first_text(**lease, sql);
      } else {
        (*lease)->run_script(sql);
      }
      lease.reset();
      lease = pool.acquire();
      EXPECT_EQ(traces(**lease), untouched) << sql;
      ASSERT_EQ((*lease)->backend_pid(), pid) << "it was cleaned, not replaced: " << sql;
    }
  }
}

TEST_F(PoolResetTest, NotInTenThousandBorrowingsOfSixteenTenants) {
  Pool pool(settings(), {.max_size = 3});
  const std::string untouched = traces(*pool.acquire());
  std::vector<std::thread> threads;
  std::atomic<int> leaks = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'500; ++i) {
        const Lease lease = pool.acquire();
        if (traces(*lease) != untouched) ++leaks;
        const auto habit = static_cast<std::size_t>(i) % std::size(kHabits);
        lease->run_script(fmt::format(fmt::runtime(kHabits[habit]), (t * 4 + i) % kTenants));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(leaks, 0);
  EXPECT_EQ(pool.statistics().opened, pool.statistics().most_open);
}

TEST_F(PoolResetTest, AFunctionIsSeenOnlyByWhoAlwaysResets) {
  Connection(settings())
      .run_script(
          "CREATE FUNCTION remember(text) RETURNS text LANGUAGE sql AS "
          "$$SELECT set_config('app.tenant', $1, false)$$");
  const std::map<SessionReset, std::string> kept{
      {SessionReset::Never, "me"}, {SessionReset::WhenChanged, "me"}, {SessionReset::Always, ""}};
  for (const auto& [reset, value] : kept) {
    Pool pool(settings(), {.max_size = 1, .reset = reset});
    first_text(*pool.acquire(), "SELECT remember('me')");
    EXPECT_EQ(first_text(*pool.acquire(), "SELECT current_setting('app.tenant', true)"), value);
  }
}

TEST_F(PoolResetTest, NeverLeavesAllButTheTransaction) {
  Pool pool(settings(), {.max_size = 1, .reset = SessionReset::Never});
  {
    const Lease lease = pool.acquire();
    lease->run_script("SET app.tenant = 'me'");
    lease->run_script("BEGIN");
  }
  const Lease lease = pool.acquire();
  EXPECT_FALSE(lease->in_transaction());
  EXPECT_EQ(first_text(*lease, "SELECT current_setting('app.tenant', true)"), "me");
}

TEST_F(PoolResetTest, StatementsStayPreparedAndWorkOn) {
  Pool pool(settings(), {.max_size = 1, .reset = SessionReset::Always});
  for (int i = 0; i < 3; ++i) {
    const Lease lease = pool.acquire();
    EXPECT_EQ(first_text(*lease, "SELECT 'kept'"), "kept");
    EXPECT_EQ(lease->prepared_statements(), 1U);
  }
  pool.acquire()->run_script("PREPARE mine AS SELECT 1");
  const Lease lease = pool.acquire();
  EXPECT_EQ(lease->prepared_statements(), 0U) << "DEALLOCATE ALL";
  EXPECT_EQ(first_text(*lease, "SELECT 'kept'"), "kept");
}

TEST_F(PoolResetTest, WhatTheSessionBeganWithComesBack) {
  Settings mine = settings();
  mine.session = {{"app.tenant", "first"}, {"datestyle", "sql, dmy"}, {"application_name", "us"}};
  Pool pool(mine, {.max_size = 1});
  pool.acquire()->run_script("SET app.tenant = 'second'; SET application_name = 'them'");
  const Lease lease = pool.acquire();
  EXPECT_EQ(first_text(*lease, "SELECT current_setting('app.tenant')"), "first");
  EXPECT_EQ(first_text(*lease, "SELECT current_setting('application_name')"), "us");
  // What results could not be read with is overruled at the beginning, and again by the reset.
  EXPECT_EQ(lease->server_parameter("DateStyle"), "ISO, DMY");
  EXPECT_TRUE(lease->usable());
}

TEST_F(PoolResetTest, OneThatCannotBeCleanedIsClosed) {
  Pool pool(settings(), {.max_size = 1, .check_timeout = 100ms});
  Connection by(settings());
  std::uint32_t pid = 0;
  {
    const Lease lease = pool.acquire();
    pid = lease->backend_pid();
    lease->run_script("CREATE TEMP TABLE held (a int)");
    const std::string schema = first_text(*lease, "SELECT pg_my_temp_schema()::regnamespace::text");
    by.run_script("BEGIN; LOCK TABLE " + schema + ".held IN ACCESS SHARE MODE");
  }
  const Lease lease = pool.acquire();  // DISCARD TEMP waits for the lock
  EXPECT_NE(lease->backend_pid(), pid);
  EXPECT_EQ(pool.statistics().closed.at("broken"), 1U);
}

TEST_F(PoolResetTest, AnEndBehindTheAnswerIsSeen) {
  Pool pool(settings(), {.max_size = 1});
  const std::uint32_t pid = pool.acquire()->backend_pid();
  pool.acquire()->run_script("SET app.tenant = 'me'");
  Connection by(settings());
  first_text(by, "SELECT pg_terminate_backend($1::int, 10000)::text", {std::to_string(pid)});
  const Lease lease = pool.acquire();
  EXPECT_NE(lease->backend_pid(), pid);
  EXPECT_EQ(first_text(*lease, "SELECT 'fine'"), "fine");
}

TEST_F(PoolResetTest, ABorrowerWhoIsWaitingGetsACleanOne) {
  Pool pool(settings(), {.max_size = 1});
  std::optional<Lease> held = pool.acquire();
  const std::string untouched = traces(**held);
  (*held)->run_script("SET ROLE tenant_1; BEGIN");
  std::string found;
  std::thread waiter([&] { found = traces(*pool.acquire()); });
  while (pool.statistics().waiting == 0) std::this_thread::yield();
  held.reset();
  waiter.join();
  EXPECT_EQ(found, untouched);
}

/// One connection, which goes from who has it to who waits for it.
class PoolHeldResetTest : public PoolResetTest {
 protected:
  /// Executes the scripts, and gives the connection back while another thread waits for it.
  Lease handed_on(Pool& from, const std::vector<std::string>& scripts,
                  std::string_view first_label = {}, std::string_view second_label = {}) {
    std::optional<Lease> first = from.acquire({}, first_label);
    pid = (*first)->backend_pid();
    for (const std::string& script : scripts) (*first)->run_script(script);
    std::optional<Lease> second;
    std::thread waiter([&] { second = from.acquire({}, second_label); });
    wait_until([&] { return from.statistics().waiting == 1; });
    first.reset();
    waiter.join();
    EXPECT_EQ((*second)->backend_pid(), pid);
    return std::move(*second);
  }
  /// As others see the session.
  std::string seen(const char* column) {
    return first_text(by,
                      fmt::format("SELECT {} FROM pg_stat_activity WHERE pid = $1::int", column),
                      {std::to_string(pid)});
  }

  Pool pool{settings(), {.max_size = 1, .label_sessions = true}};
  Connection by{settings()};
  std::uint32_t pid = 0;
  const std::string untouched = traces(*pool.acquire());
};

TEST_F(PoolHeldResetTest, SettingsAreUndoneByTheNextRequest) {
  const std::string set = "SET app.tenant = 'me'; SET ROLE tenant_1";
  for (int round = 0; round < 2; ++round) {
    const Lease lease = handed_on(pool, {set});
    EXPECT_EQ(seen("query"), set) << "nothing was sent";
    EXPECT_EQ(traces(*lease), untouched);
    EXPECT_EQ(seen("state"), "idle");
  }
}

TEST_F(PoolHeldResetTest, AScriptFindsThemUndoneAsWell) {
  const Lease lease = handed_on(pool, {"SET app.tenant = 'me'"});
  lease->run_script(
      "DO $$ BEGIN ASSERT current_setting('app.tenant') = '', current_setting('app.tenant'); END "
      "$$");
  EXPECT_TRUE(lease->usable());
}

TEST_F(PoolHeldResetTest, WhatFailsDoesNotBringThemBack) {
  const Lease lease = handed_on(pool, {"SET app.tenant = 'me'"});
  EXPECT_EQ(error_of([&] { first_text(*lease, "SELECT 1 / 0"); }).sqlstate(), "22012");
  EXPECT_EQ(traces(*lease), untouched);
}

TEST_F(PoolHeldResetTest, WhatRunsOutsideOfTransactionsDoes) {
  const Lease lease = handed_on(pool, {"SET app.tenant = 'me'"});
  CollectingSink sink;
  EXPECT_NO_THROW(lease->execute("VACUUM pg_class", {}, sink));
  EXPECT_EQ(traces(*lease), untouched);
}

TEST_F(PoolHeldResetTest, WhatOthersMayWaitForIsUndoneAtOnce) {
  const std::map<std::string, std::string> left{
      {"SELECT pg_advisory_lock(7)", "pg_locks WHERE locktype = 'advisory'"},
      {"BEGIN; LOCK TABLE pg_description", "pg_locks WHERE relation = 'pg_description'::regclass"},
      {"CREATE TEMP TABLE mine (a int)", "pg_class WHERE relname = 'mine'"}};
  for (const auto& [script, traces_of_it] : left) {
    const Lease lease = handed_on(pool, {script});
    wait_until([&] { return first_text(by, "SELECT count(*)::text FROM " + traces_of_it) == "0"; });
    EXPECT_EQ(traces(*lease), untouched) << script;
  }
}

TEST_F(PoolHeldResetTest, TheyAreUndoneWhenNobodyAsksAnything) {
  const std::string set = "SET app.tenant = 'me'";
  {
    const Lease lease = handed_on(pool, {set});
    EXPECT_EQ(seen("query"), set);
  }
  wait_until([&] { return seen("query") != set; });
  EXPECT_EQ(traces(*pool.acquire()), untouched);
  EXPECT_EQ(pool.statistics().opened, 1U);
}

TEST_F(PoolHeldResetTest, TheNextOneButOneFindsThemUndone) {
  std::optional<Lease> first = pool.acquire();
  (*first)->run_script("SET app.tenant = 'me'");
  std::string found;
  std::thread waiter([&] {
    std::optional<Lease> second = pool.acquire();
    wait_until([&] { return pool.statistics().waiting == 1; });
    second.reset();  // it has asked nothing
  });
  wait_until([&] { return pool.statistics().waiting == 1; });
  first.reset();
  std::thread next([&] { found = traces(*pool.acquire()); });
  waiter.join();
  next.join();
  EXPECT_EQ(found, untouched);
}

TEST_F(PoolHeldResetTest, TheLabelOfTheNextTakesTheLastOnesPlace) {
  {
    const Lease lease = handed_on(pool, {"SELECT 1"}, "first", "second");
    EXPECT_EQ(seen("application_name"), "pgjinja/first");
    EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
    EXPECT_EQ(seen("application_name"), "pgjinja/second");
  }
  {
    const Lease lease = handed_on(pool, {"SET app.tenant = 'me'"}, "first", "second");
    EXPECT_EQ(first_text(*lease, "SELECT current_setting('app.tenant')"), "");
    EXPECT_EQ(seen("application_name"), "pgjinja/second") << "RESET ALL does not undo it";
  }
  {
    const Lease lease = handed_on(pool, {"SELECT 1"}, "first");
    EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
    EXPECT_EQ(seen("application_name"), "pgjinja");
  }
  {
    const Lease lease = handed_on(pool, {"SELECT 1"}, "first", "never seen");
  }
  wait_until([&] { return seen("application_name") == "pgjinja"; });
  EXPECT_EQ(traces(*pool.acquire()), untouched);
}

TEST_F(PoolHeldResetTest, WhatIsSentAloneIsNotTakenForSilence) {
  Pool quick(settings(), {.max_size = 1, .check_timeout = 100ms, .label_sessions = true});
  {
    const Lease unused = handed_on(quick, {"SELECT 1"}, "first");
  }
  wait_until([&] { return seen("application_name") == "pgjinja"; });
  std::this_thread::sleep_for(150ms);
  EXPECT_EQ(quick.acquire()->backend_pid(), pid) << "it has answered long ago";
}

TEST_F(PoolHeldResetTest, WhatCannotBeUndoneIsSaidAndNothingIsExecuted) {
  by.run_script("CREATE ROLE plain LOGIN");
  by.run_script("CREATE DATABASE strict");
  Settings admin = settings();
  admin.keywords["dbname"] = "strict";
  Connection(admin).run_script(
      "REVOKE EXECUTE ON FUNCTION pg_advisory_unlock_all() FROM PUBLIC; CREATE TABLE t (a int);"
      "GRANT ALL ON t TO plain");
  Settings plain = admin;
  plain.keywords["user"] = "plain";
  Pool strict(plain, {.max_size = 1});
  std::optional<Lease> first = strict.acquire();
  (*first)->run_script("SET app.tenant = 'me'");
  Error error(ErrorKind::Runtime, "none");
  std::thread waiter([&] {
    const Lease second = strict.acquire();
    error = error_of([&] { first_text(*second, "INSERT INTO t VALUES (1)"); });
    EXPECT_FALSE(second->usable());
  });
  wait_until([&] { return strict.statistics().waiting == 1; });
  first.reset();
  waiter.join();
  EXPECT_EQ(error.message(),
            "what had been left in the session could not be undone: permission denied for function "
            "pg_advisory_unlock_all");
  EXPECT_EQ(error.sqlstate(), "42501");
  EXPECT_TRUE(error.safe_to_retry());
  EXPECT_EQ(first_text(*strict.acquire(), "SELECT count(*)::text FROM t"), "0");
}

class PoolLabelTest : public PoolResetTest {
 protected:
  static std::string name_of(Connection& by, std::uint32_t pid) {
    return first_text(by, "SELECT application_name FROM pg_stat_activity WHERE pid = $1::int",
                      {std::to_string(pid)});
  }
};

TEST_F(PoolLabelTest, TheServerShowsTheLabelWhileItIsLent) {
  Settings mine = settings();
  mine.session = {{"application_name", "shop"}};
  Pool pool(mine, {.max_size = 1, .label_sessions = true});
  Connection by(settings());
  std::uint32_t pid = 0;
  for (const std::string label : {"checkout/orders", "it's", "checkout/orders"}) {
    const Lease lease = pool.acquire({}, label);
    pid = lease->backend_pid();
    EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
    EXPECT_EQ(name_of(by, pid), "shop/" + label);
  }
  pool.acquire()->run_script("SELECT 1");
  EXPECT_EQ(name_of(by, pid), "shop");
  {
    const Lease lease = pool.acquire({}, "never seen");
  }
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  EXPECT_EQ(name_of(by, pid), "shop");
}

TEST_F(PoolLabelTest, ALongLabelIsCutBetweenCharacters) {
  Pool pool(settings(), {.max_size = 1, .label_sessions = true});
  std::string label;
  while (label.size() < 100) label += "ä";
  const Lease lease = pool.acquire({}, label);
  EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
  EXPECT_EQ(lease->server_parameter("application_name").size(), 62U);
}

TEST_F(PoolLabelTest, OneThatTheServerWouldRefuseIsNotShown) {
  Pool pool(settings(), {.max_size = 1, .label_sessions = true});
  const Lease lease = pool.acquire({}, "\xff");
  EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
  EXPECT_EQ(lease->server_parameter("application_name"), "pgjinja/?");
}

TEST_F(PoolLabelTest, EveryKindOfRequestCarriesIt) {
  Pool pool(settings(), {.max_size = 1, .label_sessions = true});
  const auto named = [](const Lease& lease) {
    return lease->server_parameter("application_name") == "pgjinja/me";
  };
  {
    const Lease lease = pool.acquire({}, "me");
    CollectingSink sink;
    std::vector<PipelineEntry> entries{{.sql = "SELECT 1", .parameters = {}, .sink = &sink}};
    lease->pipeline(entries, Grouping::Each);
    EXPECT_EQ(sink.rows.size(), 1U);
    EXPECT_TRUE(named(lease));
  }
  {
    const Lease lease = pool.acquire({}, "me");
    CollectingSink sink;
    RowStream stream = lease->stream("SELECT generate_series(1, 5)", {}, sink, 2);
    while (stream.next({})) continue;
    EXPECT_EQ(sink.rows.size(), 5U);
    EXPECT_TRUE(named(lease));
  }
  {
    const Lease lease = pool.acquire({}, "me");
    EXPECT_EQ(error_of([&] { first_text(*lease, "SELECT nothing"); }).sqlstate(), "42703");
    EXPECT_TRUE(named(lease));
  }
  {
    const Lease lease = pool.acquire({}, "me");
    const Error error = error_of([&] { first_text(*lease, "SELECT $1", {Value::undefined("x")}); });
    EXPECT_EQ(error.kind(), ErrorKind::Encode) << "nothing was sent, and the label still waits";
    EXPECT_EQ(first_text(*lease, "SELECT 'one'"), "one");
    EXPECT_TRUE(named(lease));
  }
}

}  // namespace
}  // namespace pgjinja::pg
