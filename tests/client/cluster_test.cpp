// A Client of a primary and its replica: which call goes where.

#include "client/server.hpp"
#include "pg/cluster_helpers.hpp"
#include "pg/pool_helpers.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;

const std::string kWhere = "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END";

const test::Templates kTemplates = {
    {"where", kWhere},
    {"where_read", "{#---\n@read_only\n---#}\n" + kWhere},
    {"planned", "{#---\n@read_only\n@plan custom\n---#}\n" + kWhere},
    {"written", "{#---\n@read_only\n---#}\nCREATE TABLE t ()"}};

class ClientClusterTest : public ::testing::Test {
 protected:
  ClientClusterTest() {
    EXPECT_EQ(db.query_one<std::string>("where"), "primary");
    pg::wait_until([&] { return db.cluster().hosts()[1].state == pg::HostState::Replica; });
  }

  pg::PrimaryAndReplica servers;
  Client db{{.connection = servers.settings(),
             .pool = {.max_size = 2},
             .cluster = {.check_interval = 50ms, .check_timeout = 5s},
             .loader = std::make_shared<jinja::MapLoader>(kTemplates)}};
  Client primary{db.with({.role = pg::Role::Primary})};
  Client replica{db.with({.role = pg::Role::Replica})};

  static std::string first_of(Stream<std::string> rows) {
    for (const std::string& row : rows) return row;
    return "none";
  }
};

TEST_F(ClientClusterTest, ATemplateSaysWhoMayAnswerItAndTheCallHasTheLastWord) {
  EXPECT_EQ(db.query_one<std::string>("where_read"), "replica");
  EXPECT_EQ(db.query_one<std::string>("planned"), "replica");
  EXPECT_EQ(primary.query_one<std::string>("where_read"), "primary");
  EXPECT_EQ(replica.query_one<std::string>("where"), "replica");
}

TEST_F(ClientClusterTest, StreamsGoTheSameWay) {
  EXPECT_EQ(first_of(db.stream<std::string>("where")), "primary");
  EXPECT_EQ(first_of(db.stream<std::string>("where_read")), "replica");
  EXPECT_EQ(first_of(db.stream<std::string>("planned")), "replica")
      << "in a transaction of its own";
  EXPECT_EQ(first_of(primary.stream<std::string>("planned")), "primary");
}

TEST_F(ClientClusterTest, TransactionsAndBatchesAreForThePrimaryUnlessTheCallSays) {
  const auto where = [](Transaction& tx) { return tx.query_one<std::string>("where_read"); };
  EXPECT_EQ(db.transaction(where), "primary");
  EXPECT_EQ(replica.transaction(where), "replica");
  Batch usual = db.batch();
  const auto here = usual.query_one<std::string>("where_read");
  usual.run();
  EXPECT_EQ(here.get(), "primary");
  Batch read = replica.batch();
  const auto there = read.query_one<std::string>("where");
  read.run();
  EXPECT_EQ(there.get(), "replica");
}

TEST_F(ClientClusterTest, WhatIsWrittenOnAReplicaFailsAndTheReplicaStays) {
  try {
    db.execute("written");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.sqlstate(), "25006");
  }
  pg::wait_until([&] { return db.query_one<std::string>("where_read") == "replica"; });
}

TEST_F(ClientClusterTest, ListenersAreForThePrimary) {
  pg::Listener listener = db.listen({"news"});
  servers.primary.execute("NOTIFY news, 'heard'");
  const auto heard = listener.next({.deadline = std::chrono::steady_clock::now() + 1min});
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->payload, "heard");
}

TEST_F(ClientClusterTest, EachHostHasItsPool) {
  EXPECT_EQ(db.query_one<std::string>("where_read"), "replica");
  const std::vector<pg::HostStatus> hosts = db.cluster().hosts();
  EXPECT_EQ(hosts[0].pool.labels.at("where").borrowed, 1U);
  EXPECT_EQ(hosts[1].pool.labels.at("where_read").borrowed, 1U);
  const std::vector<ShapeStatistics> shapes = db.shape_statistics();
  ASSERT_EQ(shapes.size(), 1U) << "both templates are the same to the server";
  EXPECT_EQ(shapes[0].connections, 2U);
  try {
    static_cast<void>(db.pool());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "error[config]: each of several hosts has a pool of its own\n"
              "  = hint: take cluster(), which has them all");
  }
}

}  // namespace
}  // namespace pgjinja
