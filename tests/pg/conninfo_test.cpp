#include "pg/conninfo.hpp"

#include <pgjinja/core/error.hpp>

#include <gtest/gtest.h>

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

TEST(Conninfo, TakesTheTimeoutOfTheString) {
  EXPECT_EQ(make_conninfo(with("")).timeout, std::chrono::seconds(10));
  EXPECT_EQ(make_conninfo(with("connect_timeout=3")).timeout, std::chrono::seconds(3));
  EXPECT_EQ(make_conninfo(with("connect_timeout=0")).timeout, std::chrono::milliseconds::max());
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
      {with("gssencmode=require"), "gssencmode"},
      {with("connect_timeout=soon"), "soon"},
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
