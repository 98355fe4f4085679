// However libpq has opened a session, what comes after is ours, and the same.

#include "pg/server_fixture.hpp"
#include "pg/tls_server.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/notice.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

struct Way {
  const char* name;
  std::map<std::string, std::string> keywords;  // instead of those of TlsServer::tls()
  const char* seen;  // user, TLS version and client certificate, as the server sees them
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

using Keywords = std::map<std::string, std::string>;

Keywords with(Keywords some, const Keywords& more) {
  some.insert(more.begin(), more.end());
  return some;
}

const Keywords kV12 = {{"ssl_min_protocol_version", "TLSv1.2"},
                       {"ssl_max_protocol_version", "TLSv1.2"}};
const Keywords kV13 = {{"ssl_min_protocol_version", "TLSv1.3"}};
const Keywords kUnbound = {{"channel_binding", "disable"}};
const Keywords kCertificate = {{"user", "certified"},
                               {"password", ""},
                               {"channel_binding", "disable"},
                               {"sslcert", "client.crt"},
                               {"sslkey", "client.key"}};

const Way kWays[] = {
    {"Tcp",
     {{"user", "plain"}, {"sslmode", "disable"}, {"channel_binding", "disable"}},
     "plain - -"},
    {"Tls12BoundScram", kV12, "tester TLSv1.2 -"},
    {"Tls13BoundScram", kV13, "tester TLSv1.3 -"},
    {"Tls12Scram", with(kV12, kUnbound), "tester TLSv1.2 -"},
    {"Tls13Scram", with(kV13, kUnbound), "tester TLSv1.3 -"},
    {"Tls12Certificate", with(kV12, kCertificate), "certified TLSv1.2 /CN=certified"},
    {"Tls13Certificate", with(kV13, kCertificate), "certified TLSv1.3 /CN=certified"},
    {"UnixSocket", {}, "postgres - -"},
};

class HandOverTest : public testing::TestWithParam<Way> {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<TlsServer>(); }
  static void TearDownTestSuite() { server_.reset(); }

  Settings settings() {
    Settings settings = server_->local();
    if (!GetParam().keywords.empty()) settings = server_->tls_but(GetParam().keywords);
    for (const char* file : {"sslcert", "sslkey"}) {
      const auto found = settings.keywords.find(file);
      if (found != settings.keywords.end()) found->second = server_->directory() / found->second;
    }
    settings.cancel_patience = 60s;
    settings.notice_handler = [this](const Notice& notice) { notices.push_back(notice.message); };
    return settings;
  }

  std::vector<std::string> notices;
  Connection connection{settings()};

 private:
  static inline std::unique_ptr<TlsServer> server_;
};

TEST_P(HandOverTest, ItIsTheWayThatWasMeant) {
  EXPECT_EQ(first_text(connection,
                       "SELECT concat_ws(' ', current_user, coalesce(version, '-'),"
                       " coalesce(client_dn, '-')) FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
            GetParam().seen);
}

TEST_P(HandOverTest, StatementsArePreparedAndRowsComeInBinary) {
  for (int use = 0; use < 3; ++use) {
    CollectingSink sink;
    const std::vector<Value> parameters = {std::int64_t{1} << 40, "é"};
    connection.execute("SELECT $1::int8, $2::text", parameters, sink);
    EXPECT_EQ(sink.described[0].format, use == 0 ? Format::Text : Format::Binary);
    EXPECT_EQ(sink.rows.at(0).at(1), "é");
  }
  EXPECT_EQ(connection.prepared_statements(), 1U);
  EXPECT_TRUE(connection.quiet());
}

TEST_P(HandOverTest, MoreThanAnyBufferHoldsGoesBothWays) {
  const std::string big(3'000'000, 'y');
  EXPECT_EQ(first_text(connection, "SELECT $1::text", {big}), big);
  CollectingSink many;
  connection.execute("SELECT g::text FROM generate_series(1, 30000) g", {}, many);
  EXPECT_EQ(many.rows.size(), 30'000U);
}

// What the server says on its own comes between any two messages of an answer.
TEST_P(HandOverTest, NoticesAndParametersThatChangeInTheMidstOfRows) {
  const std::string noisy =
      "CREATE FUNCTION pg_temp.noisy(n int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
      " RAISE NOTICE 'row %', n;"
      " PERFORM set_config('TimeZone', CASE WHEN n % 2 = 0 THEN 'UTC' ELSE 'Asia/Tokyo' END, "
      "false);"
      " RETURN n; END $$";
  connection.run_script(noisy);
  notices.clear();
  CollectingSink sink;
  connection.execute("SELECT pg_temp.noisy(g) FROM generate_series(1, 500) g", {}, sink);
  EXPECT_EQ(sink.rows.size(), 500U);
  ASSERT_EQ(notices.size(), 500U);
  EXPECT_EQ(notices.back(), "row 500");
  EXPECT_EQ(connection.server_parameter("TimeZone"), "UTC");

  CollectingSink sinks[2];
  PipelineEntry entries[] = {
      {.sql = "SELECT pg_temp.noisy(1)", .parameters = {}, .sink = sinks},
      {.sql = "SELECT pg_temp.noisy(3)", .parameters = {}, .sink = sinks + 1}};
  connection.pipeline(entries, Grouping::Each);
  EXPECT_EQ(sinks[1].rows.at(0).at(0), "3");
  EXPECT_EQ(connection.server_parameter("TimeZone"), "Asia/Tokyo");
}

TEST_P(HandOverTest, AStatementThatIsCancelledLeavesTheSessionUsable) {
  const Error error = error_of([&] {
    CollectingSink sink;
    connection.execute("SELECT pg_sleep(600)", {}, sink,
                       {.deadline = std::chrono::steady_clock::now() + 20ms});
  });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
}

TEST_P(HandOverTest, WhatIsTerminatedSaysSo) {
  const Error error = error_of(
      [&] { first_text(connection, "SELECT pg_terminate_backend(pg_backend_pid())::text"); });
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_FALSE(connection.usable());
}

INSTANTIATE_TEST_SUITE_P(Ways, HandOverTest, testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace pgjinja::pg
