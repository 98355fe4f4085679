#include "pg/server_fixture.hpp"
#include "pg/tls_server.hpp"

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool.hpp>

#include <algorithm>

namespace pgjinja::pg {
namespace {

class TlsConnectionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<TlsServer>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static TlsServer& server() { return *server_; }

 private:
  static inline std::unique_ptr<TlsServer> server_;
};

constexpr const char* kIsEncrypted =
    "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

TEST_F(TlsConnectionTest, SpeaksThroughTheSessionThatLibpqOpened) {
  Connection connection(server().tls());
  for (int use = 0; use < 3; ++use) EXPECT_EQ(first_text(connection, kIsEncrypted), "true");
  EXPECT_EQ(connection.prepared_statements(), 1U);
  EXPECT_TRUE(connection.quiet());
}

TEST_F(TlsConnectionTest, LargeResultsAndPackets) {
  Connection connection(server().tls());
  CollectingSink many;
  connection.execute("SELECT g::text FROM generate_series(1, 100000) g", {}, many);
  EXPECT_EQ(many.rows.size(), 100'000U);
  const std::string big(8'000'000, 'y');
  EXPECT_EQ(first_text(connection, "SELECT $1::text", {big}), big);
  std::string script;
  for (int i = 0; i < 5000; ++i) script += "SELECT repeat('z', 1000);";
  connection.run_script(script);
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

struct Refusal {
  std::map<std::string, std::string> keywords;
  const char* sqlstate;
  const char* hint_word;
};

TEST_F(TlsConnectionTest, SaysWhyNoSessionOpens) {
  const Refusal kRefusals[] = {
      {{{"password", "wrong-secret"}}, "28P01", "password"},
      {{{"password", ""}, {"passfile", "/no/such/file"}}, "", "PGPASSWORD"},
      {{{"sslmode", "disable"}, {"channel_binding", "disable"}}, "28000", "pg_hba.conf"},
      {{{"host", "localhost"}, {"hostaddr", "127.0.0.1"}}, "", "sslrootcert"},
      {{{"sslrootcert", "/dev/null"}}, "", "sslrootcert"},
  };
  for (const Refusal& refusal : kRefusals) {
    Settings changed = server().tls();
    for (const auto& [keyword, value] : refusal.keywords) changed.keywords[keyword] = value;
    const Error error = error_of([&] { const Connection none(changed); });
    EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
    EXPECT_EQ(error.sqlstate(), refusal.sqlstate) << error.what();
    EXPECT_NE(error.hint().find(refusal.hint_word), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
  }
}

TEST_F(TlsConnectionTest, APeerThatIsGoneRaisesNoSignal) {
  Connection connection(server().tls());
  const Error error = error_of(
      [&] { first_text(connection, "SELECT pg_terminate_backend(pg_backend_pid())::text"); });
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_FALSE(connection.usable());
}

TEST_F(TlsConnectionTest, APoolSurvivesARestartAndSessionsEndInOrder) {
  Pool pool(server().tls());
  const std::uint32_t before = pool.acquire()->backend_pid();
  server().stop();
  server().start();
  const Lease lease = pool.acquire();
  EXPECT_NE(lease->backend_pid(), before);
  EXPECT_EQ(first_text(*lease, kIsEncrypted), "true");
  // At debug level 1 the server complains of sessions that ended without Terminate.
  EXPECT_EQ(server().log().find("unexpected EOF"), std::string::npos);
}

}  // namespace
}  // namespace pgjinja::pg
