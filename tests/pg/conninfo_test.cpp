#include "pg/conninfo.hpp"

#include "pg/variable.hpp"

#include <pgjinja/core/error.hpp>

#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <libpq-fe.h>

namespace pgjinja::pg {
namespace {

Settings with(std::string conninfo, std::map<std::string, std::string> keywords = {}) {
  Settings settings;
  settings.conninfo = std::move(conninfo);
  settings.keywords = std::move(keywords);
  return settings;
}

TEST(Conninfo, KeywordsGoBeforeTheString) {
  const Conninfo merged = make_conninfo(with("host=a dbname=b", {{"dbname", "c"}}));
  EXPECT_EQ(merged.keywords.at("host"), "a");
  EXPECT_EQ(merged.keywords.at("dbname"), "c");
  EXPECT_EQ(merged.keywords.at("client_encoding"), "UTF8");
  EXPECT_EQ(merged.keywords.at("gssencmode"), "disable");
  EXPECT_EQ(merged.keywords.at("fallback_application_name"), "pgjinja");
}

TEST(Conninfo, ReadsUris) {
  const Conninfo merged =
      make_conninfo(with("postgresql://me@db.example:5433/app?sslmode=require"));
  EXPECT_EQ(merged.keywords.at("user"), "me");
  EXPECT_EQ(merged.keywords.at("port"), "5433");
  EXPECT_EQ(merged.keywords.at("sslmode"), "require");
}

TEST(Conninfo, TakesPlacesThatAreOnlyUnusual) {
  for (const char* text : {"host=@abstract,@other port=5432,5433", "port=' 5432 '",
                           "port=", "postgresql://me:p%40ss%2F@h/db%40x?host=@abstract",
                           "postgresql:///app?host=/tmp&options=-c%20a%3Db@c"}) {
    EXPECT_NO_THROW(make_conninfo(with(text))) << text;
  }
}

TEST(Conninfo, AMessageIsShortWhenNoPasswordIsInTheText) {
  try {
    make_conninfo(with("hots=a"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "the connection string cannot be read: invalid connection option \"hots\"");
  }
}

std::chrono::milliseconds timeout_of(std::string conninfo) {
  const Settings settings = with("host=/nowhere " + std::move(conninfo));
  const Conninfo merged = make_conninfo(settings);
  const std::unique_ptr<PGconn, decltype(&PQfinish)> conn(
      PQconnectStartParams(merged.names().data(), merged.values().data(), 0), &PQfinish);
  return connect_timeout(conn.get(), settings);
}

TEST(Conninfo, TakesTheTimeoutThatLibpqFinds) {
  using std::chrono::seconds;
  EXPECT_EQ(timeout_of(""), seconds(10));
  EXPECT_EQ(timeout_of("connect_timeout=3"), seconds(3));
  EXPECT_EQ(timeout_of("connect_timeout=' 3 '"), seconds(3));
  EXPECT_EQ(timeout_of("connect_timeout=''"), seconds(10));
  EXPECT_EQ(timeout_of("connect_timeout=0"), std::chrono::milliseconds::max());
  EXPECT_EQ(timeout_of("connect_timeout=-1"), std::chrono::milliseconds::max());

  const Variable service_file("PGSERVICEFILE", testing::TempDir() + "pgjinja_service.conf");
  std::ofstream(service_file.value()) << "[slow]\nconnect_timeout=5\n";
  EXPECT_EQ(timeout_of("service=slow"), seconds(5));
  EXPECT_EQ(timeout_of("service=slow connect_timeout=3"), seconds(3));
  std::filesystem::remove(service_file.value());

  const Variable environment("PGCONNECT_TIMEOUT", "4");
  EXPECT_EQ(timeout_of(""), seconds(4));
  EXPECT_EQ(timeout_of("connect_timeout=3"), seconds(3));
}

TEST(Conninfo, RefusesATimeoutThatIsNoNumber) {
  for (const char* text : {"soon", "3s", " ", "+", "99999999999"}) {
    try {
      timeout_of(std::string("connect_timeout='") + text + "'");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Config);
      EXPECT_EQ(error.message(),
                "connect_timeout '" + std::string(text) + "' is no number of seconds");
    }
  }
}

struct Bad {
  Settings settings;
  const char* word;
};

TEST(Conninfo, RefusesWithoutShowingAPassword) {
  const Bad kBad[] = {
      {with("hots=a"), "hots"},
      {with("", {{"hots", "a"}}), "hots"},
      {with("password=top hush"), "cannot be read"},
      {with("password='hush"), "cannot be read"},
      {with("postgresql://me:hush@[::1/app"), "cannot be read"},
      {with("postgresql://me:hush@[::1]x/app"), "cannot be read"},
      {with("postgresql://me:hu%zzsh-hush@h/app"), "cannot be read"},
      {with("postgresql://app:hush/word@db/app"), "'@' behind its host"},
      {with("postgresql://app:1234/hush@db/app"), "'@' behind its host"},
      {with("postgresql://u:pa@ss/hush@db/app?sslmode=disable"), "'@' behind its host"},
      {with("postgresql://app:hush"), "the port to connect to is no number"},
      {with("", {{"port", "5432hush"}}), "the port to connect to is no number"},
      {with("postgresql://u:SEC@hush@localhost/db"), "'@' in it"},
      {with("host=a,hush@b"), "'@' in it"},
      {with("password=SEC hush=x"), "cannot be read: invalid connection option \"…\""},
      {with("password=S hush"), "missing \"=\" after \"…\""},
      {with("PassWord='a\"b' hush\"x"), "cannot be read"},
      {with("postgresql://h/db?password=SEC&hush=x"), "invalid URI query parameter: \"…\""},
      {with("postgresql://h/db?hots=x"), "hots"},
      {with("gssencmode=require"), "gssencmode"},
  };
  for (const Bad& bad : kBad) {
    try {
      make_conninfo(bad.settings);
      ADD_FAILURE() << bad.settings.conninfo;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Config);
      EXPECT_NE(error.message().find(bad.word), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).find("hush"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace pgjinja::pg
