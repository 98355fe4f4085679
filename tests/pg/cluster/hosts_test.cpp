#include "pg/cluster/hosts.hpp"

#include "pg/variable.hpp"

#include <pgjinja/core/error.hpp>

#include <gtest/gtest.h>

namespace pgjinja::pg::cluster {
namespace {

std::vector<Host> hosts(std::string conninfo) {
  Settings settings;
  settings.conninfo = std::move(conninfo);
  return hosts_of(settings);
}

std::string names(const std::string& conninfo) {
  std::string all;
  for (const Host& host : hosts(conninfo)) all += (all.empty() ? "" : " ") + host.name;
  return all;
}

std::string refusal(const std::string& conninfo) {
  try {
    hosts(conninfo);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST(Hosts, EachOfAListIsOne) {
  EXPECT_EQ(names("host=a,b,c port=5433"), "a:5433 b:5433 c:5433");
  EXPECT_EQ(names("host=a,b port=1,2"), "a:1 b:2");
  EXPECT_EQ(names("postgresql://me@a:1,b:2/app"), "a:1 b:2");
  EXPECT_EQ(names("hostaddr=127.0.0.1,127.0.0.2 port=1"), "127.0.0.1:1 127.0.0.2:1");
  EXPECT_EQ(names("host=a,b hostaddr=127.0.0.1,127.0.0.2 port=1"), "a:1 b:1");
  EXPECT_EQ(names("host=,/tmp port=1"), "localhost:1 /tmp:1");
}

TEST(Hosts, OneLeavesTheSettingsAsTheyAre) {
  const std::vector<Host> one = hosts("host=a port=1 target_session_attrs=read-write");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].name, "a:1");
  EXPECT_TRUE(one[0].settings.keywords.empty());
}

TEST(Hosts, EachIsReachedAloneAndWhateverItIs) {
  const std::vector<Host> two = hosts("host=a,b port=1,2 dbname=d target_session_attrs=read-write");
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[1].settings.conninfo, two[0].settings.conninfo);
  EXPECT_EQ(two[1].settings.keywords.at("host"), "b");
  EXPECT_EQ(two[1].settings.keywords.at("port"), "2");
  EXPECT_EQ(two[1].settings.keywords.at("target_session_attrs"), "any");
}

TEST(Hosts, ComeFromTheEnvironmentToo) {
  const Variable host("PGHOST", "a,b");
  const Variable port("PGPORT", "1,2");
  EXPECT_EQ(names(""), "a:1 b:2");
  EXPECT_EQ(names("host=c port=3"), "c:3");
}

TEST(Hosts, NumbersHaveToFit) {
  EXPECT_EQ(refusal("host=a,b port=1,2,3"), "3 ports are given for 2 hosts");
  EXPECT_EQ(refusal("host=a port=1,2"), "2 ports are given for 1 hosts");
  EXPECT_EQ(refusal("host=a,b hostaddr=127.0.0.1"), "1 addresses are given for 2 hosts");
}

TEST(Hosts, WhatCannotBeReadIsToldToWhoConnects) {
  ASSERT_EQ(hosts("hots=a").size(), 1U);
  EXPECT_EQ(hosts("hots=a")[0].settings.conninfo, "hots=a");
}

}  // namespace
}  // namespace pgjinja::pg::cluster
