// Behind a pooler that gives each transaction another session of the server.

#include "pg/pgbouncer.hpp"

#include "pg/server_fixture.hpp"

#include <pgjinja/pg/notice.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

constexpr std::string_view kSelect = "SELECT ($1::int + 1)::text";
constexpr std::string_view kHint =
    "DEALLOCATE or DISCARD ALL was executed, or a pooler in transaction mode is in front of the "
    "server: that needs Settings::statement_cache = 0, or PgBouncer's max_prepared_statements";

class PgBouncerTest : public ServerFixture {
 protected:
  static void SetUpTestSuite() {
    ServerFixture::SetUpTestSuite();
    bouncer_ = std::make_unique<PgBouncer>(server());
  }
  static void TearDownTestSuite() {
    bouncer_.reset();
    ServerFixture::TearDownTestSuite();
  }

  Settings settings_with(std::size_t statement_cache) {
    Settings settings = bouncer_->settings();
    settings.statement_cache = statement_cache;
    settings.notice_handler = [this](const Notice& notice) { notices.push_back(notice); };
    return settings;
  }
  /// Calls `work` while `other` holds the server's session that was used last.
  static void elsewhere(Connection& other, const std::function<void()>& work) {
    other.run_script("BEGIN");
    work();
    other.run_script("ROLLBACK");
  }

  std::vector<Notice> notices;

 private:
  static inline std::unique_ptr<PgBouncer> bouncer_;
};

TEST_F(PgBouncerTest, WithoutACacheEverythingWorksOnWhateverSession) {
  Connection one(settings_with(0));
  Connection other(settings_with(0));
  std::string first;
  std::string second;
  const auto use = [&](std::string& pid) {
    pid = first_text(one, "SELECT pg_backend_pid()::text");
    EXPECT_EQ(first_text(one, kSelect, {41}), "42");
    CollectingSink sinks[2];
    const std::vector<Value> parameters[] = {{1}, {2}};
    PipelineEntry entries[] = {{.sql = kSelect, .parameters = parameters[0], .sink = sinks},
                               {.sql = kSelect, .parameters = parameters[1], .sink = sinks + 1}};
    one.pipeline(entries, Grouping::Together);
    EXPECT_EQ(sinks[1].rows.at(0).at(0), "3");
    CollectingSink rows;
    RowStream stream = one.stream("SELECT generate_series(1, 10)::text", {}, rows, 3);
    while (stream.next()) {
    }
    EXPECT_EQ(rows.rows.size(), 10U);
  };
  use(first);
  elsewhere(other, [&] { use(second); });
  EXPECT_NE(first, second) << "the same session: this shows nothing";
  EXPECT_TRUE(notices.empty());
}

TEST_F(PgBouncerTest, WithACacheStatementsAreFoundAgainAndTheReasonIsTold) {
  Connection one(settings_with(8));
  Connection other(settings_with(8));
  EXPECT_EQ(first_text(one, kSelect, {41}), "42");
  EXPECT_EQ(first_text(other, "SELECT ($1::int - 1)::text", {41}), "40")
      << "the names of two clients do not collide at the server's session";
  elsewhere(other, [&] { EXPECT_EQ(first_text(one, kSelect, {41}), "42"); });
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].severity, "WARNING");
  EXPECT_EQ(notices[0].sqlstate, "26000");
  EXPECT_EQ(notices[0].message,
            "the server does not know a statement that this session has prepared: it is prepared "
            "anew, which costs a round trip each time");
  EXPECT_EQ(notices[0].hint, kHint);
}

TEST_F(PgBouncerTest, WhatCannotBeRepeatedFailsWithTheReason) {
  Connection one(settings_with(8));
  Connection other(settings_with(8));
  first_text(one, kSelect, {41});
  elsewhere(other, [&] {
    CollectingSink sink;
    const std::vector<Value> parameters = {41};
    PipelineEntry entries[] = {{.sql = kSelect, .parameters = parameters, .sink = &sink}};
    one.pipeline(entries, Grouping::Together);
    const Error error = error_of([&] { std::rethrow_exception(entries[0].failure); });
    EXPECT_EQ(error.sqlstate(), "26000");
    EXPECT_EQ(error.hint(), kHint);
    EXPECT_TRUE(entries[0].stale);
  });
  first_text(one, kSelect, {41});
  elsewhere(other, [&] {
    one.run_script("BEGIN");
    EXPECT_EQ(error_of([&] { first_text(one, kSelect, {41}); }).hint(), kHint);
    one.run_script("ROLLBACK");
  });
}

}  // namespace
}  // namespace pgjinja::pg
