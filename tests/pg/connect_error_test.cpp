#include "pg/connect_error.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

struct Case {
  const char* text;
  const char* message;
  const char* sqlstate;
  const char* hint_word;
};

TEST(ConnectError, CleansWhatLibpqSaid) {
  const Case kCases[] = {
      {"connection to server at \"::1\", port 1 failed: Connection refused\n\tIs the server "
       "running on that host?\n",
       "connection to server at \"::1\", port 1 failed: Connection refused", "", "nothing listens"},
      {"connection to server failed: FATAL:  28P01: password authentication failed for user "
       "\"x\"\nLOCATION:  auth_failed, auth.c:335\n",
       "connection to server failed: FATAL: password authentication failed for user \"x\"", "28P01",
       "password"},
      {"x failed: FATAL:  3D000: database \"nope\" does not exist\nORT:  InitPostgres, "
       "postinit.c:885\n",
       "x failed: FATAL: database \"nope\" does not exist", "3D000", "dbname"},
      {"x failed: FATAL:  57P03: the database system is starting up\n",
       "x failed: FATAL: the database system is starting up", "57P03", "try again"},
      {"SSL error: certificate verify failed\n", "SSL error: certificate verify failed", "",
       "sslrootcert"},
      {"server does not support SSL, but SSL was required\n",
       "server does not support SSL, but SSL was required", "", "sslmode"},
      {"", "libpq gave no reason", "", "host"},
  };
  for (const Case& c : kCases) {
    const Error error = connect_error(c.text, false);
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_EQ(error.message(), c.message);
    EXPECT_EQ(error.sqlstate(), c.sqlstate);
    EXPECT_NE(error.hint().find(c.hint_word), std::string::npos) << error.what();
    EXPECT_EQ(error.detail(), "") << c.text;
  }
}

TEST(ConnectError, KeepsWhatEveryHostSaid) {
  const Error error = connect_error("a failed: Connection refused\nb failed: timeout\n", false);
  EXPECT_EQ(error.message(), "a failed: Connection refused");
  EXPECT_EQ(error.detail(), "b failed: timeout");
}

TEST(ConnectError, RefusedSettingsAreNotSafeToRetry) {
  for (const char* text :
       {"invalid sslmode value: \"foo\"\n", "definition of service \"nope\" not found\n",
        "invalid port number: \"99999\"\n", "could not match 3 port numbers to 2 hosts\n",
        "connection to server at \"::1\", port 1 failed: invalid integer value \"x\" for "
        "connection "
        "option \"keepalives\"\n"}) {
    const Error error = connect_error(text, false);
    EXPECT_EQ(error.kind(), ErrorKind::Config) << text;
    EXPECT_FALSE(error.safe_to_retry()) << text;
    EXPECT_NE(error.hint(), "") << text;
    EXPECT_EQ(error.message() + "\n", text);
  }
  const Error server = connect_error(
      "x failed: FATAL:  22023: invalid value for parameter \"work_mem\": \"invalid integer value "
      "\"\n",
      false);
  EXPECT_EQ(server.kind(), ErrorKind::Connection);
  EXPECT_TRUE(server.safe_to_retry());
}

TEST(ConnectError, AMissingPasswordIsNamed) {
  EXPECT_NE(connect_error("fe_sendauth: no password supplied\n", true).hint().find("PGPASSWORD"),
            std::string::npos);
}

}  // namespace
}  // namespace pgjinja::pg
