#include "pg/cluster/topology.hpp"

#include <set>

#include <gtest/gtest.h>

namespace pgjinja::pg::cluster {
namespace {

using namespace std::chrono_literals;

class TopologyTest : public ::testing::Test {
 protected:
  explicit TopologyTest(const ClusterSettings& settings = {.max_lag = 10s})
      : topology(3, settings) {}

  Topology topology;
  Moment now{1000s};
  std::vector<std::size_t> nobody{0, 0, 0};

  void primary(std::size_t host, std::uint64_t position = 100, std::uint32_t timeline = 1) {
    topology.answered(host, {.position = position, .timeline = timeline}, now);
  }
  void replica(std::size_t host, std::uint64_t position = 100) {
    topology.answered(host, {.in_recovery = true, .position = position}, now);
  }
  /// Every host that is chosen when none is busy.
  std::set<std::size_t> chosen(Role role) {
    std::set<std::size_t> all;
    for (int i = 0; i < 6; ++i) {
      if (const auto host = topology.choose(role, nobody)) all.insert(*host);
    }
    return all;
  }
  using Hosts = std::set<std::size_t>;
};

TEST_F(TopologyTest, NobodyIsSentAnywhereBeforeSomethingIsKnown) {
  for (const Role role : {Role::Primary, Role::Replica, Role::Any}) {
    EXPECT_EQ(topology.choose(role, nobody), std::nullopt);
  }
  EXPECT_EQ(topology.status(0).state, HostState::Unknown);
}

TEST_F(TopologyTest, EachRoleGetsItsHosts) {
  primary(0);
  replica(1);
  replica(2);
  EXPECT_EQ(chosen(Role::Primary), Hosts{0});
  EXPECT_EQ(chosen(Role::Replica), (Hosts{1, 2}));
  EXPECT_EQ(chosen(Role::Any), (Hosts{0, 1, 2}));
  EXPECT_TRUE(topology.status(0).primary);
  EXPECT_EQ(topology.status(1).lag, 0ms);
}

TEST_F(TopologyTest, TheOneWithTheFewestBorrowersIsChosen) {
  primary(0);
  replica(1);
  replica(2);
  EXPECT_EQ(topology.choose(Role::Replica, {0, 3, 2}), 2U);
  EXPECT_EQ(topology.choose(Role::Any, {1, 3, 2}), 0U);
}

TEST_F(TopologyTest, ReadsFallBackToThePrimary) {
  primary(0);
  EXPECT_TRUE(topology.suits(0, Role::Replica));
  EXPECT_EQ(chosen(Role::Replica), Hosts{0});
  replica(1);
  EXPECT_FALSE(topology.suits(0, Role::Replica));
  EXPECT_TRUE(topology.suits(0, Role::Any));
  EXPECT_EQ(chosen(Role::Replica), Hosts{1});
  topology.failed(1, "gone");
  EXPECT_EQ(chosen(Role::Replica), Hosts{0});
  EXPECT_EQ(topology.status(1).failure, "gone");
}

TEST(Topology, OrWaitForAReplica) {
  Topology topology(2, {.fall_back = false});
  topology.answered(0, {.position = 1}, Moment(1s));
  EXPECT_EQ(topology.choose(Role::Replica, {0, 0}), std::nullopt);
  EXPECT_EQ(topology.choose(Role::Any, {0, 0}), 0U);
}

TEST_F(TopologyTest, AReplicaThatIsTooFarBehindDoesNotCount) {
  replica(1, 100);
  for (std::uint64_t second = 0; second <= 30; ++second) {
    primary(0, 100 + second);
    now += 1s;
  }
  EXPECT_EQ(topology.status(1).lag, std::nullopt) << "further than is followed";
  EXPECT_EQ(chosen(Role::Replica), Hosts{0});
  replica(1, 121);
  EXPECT_EQ(topology.status(1).lag, 9s);
  EXPECT_EQ(chosen(Role::Replica), Hosts{1});
  replica(1, 119);
  EXPECT_EQ(topology.status(1).lag, 11s);
  EXPECT_EQ(chosen(Role::Replica), Hosts{0});
  replica(1, 200);
  EXPECT_EQ(topology.status(1).lag, 0ms) << "it was asked after the primary";
}

TEST_F(TopologyTest, AReplicaOfAPrimaryThatDoesNotWriteIsNotBehind) {
  replica(1, 100);
  for (int second = 0; second < 3600; ++second) {
    primary(0, 100);
    now += 1s;
  }
  EXPECT_EQ(topology.status(1).lag, 0ms);
}

TEST_F(TopologyTest, WhileThePrimaryIsGoneReplicasAnswer) {
  primary(0, 100);
  replica(1, 100);
  topology.failed(0, "gone");
  now += 1h;
  replica(1, 100);
  EXPECT_EQ(chosen(Role::Replica), Hosts{1});
  EXPECT_EQ(chosen(Role::Any), Hosts{1});
  EXPECT_EQ(chosen(Role::Primary), Hosts{0}) << "its pool waits for it";
}

TEST_F(TopologyTest, ReplicasOfAPrimaryThatWasNeverSeenAnswer) {
  topology.failed(0, "gone");
  replica(1, 100);
  EXPECT_EQ(chosen(Role::Replica), Hosts{1});
  EXPECT_EQ(topology.choose(Role::Primary, nobody), std::nullopt);
}

TEST_F(TopologyTest, WritesFollowAPromotion) {
  primary(0);
  replica(1);
  topology.failed(0, "gone");
  primary(1, 200, 2);
  EXPECT_EQ(chosen(Role::Primary), Hosts{1});
  primary(0, 150, 1);
  EXPECT_EQ(chosen(Role::Primary), Hosts{1}) << "the old one does not know that it was left behind";
  EXPECT_EQ(chosen(Role::Any), Hosts{1}) << "nor is it asked";
  topology.failed(1, "gone");
  primary(0, 150, 1);
  EXPECT_EQ(chosen(Role::Primary), Hosts{1}) << "not even when the new one is away";
  replica(0, 210);
  EXPECT_EQ(chosen(Role::Replica), Hosts{0});
}

TEST_F(TopologyTest, APrimaryThatIsSteppingDownTakesNoWrites) {
  primary(0);
  replica(1);
  topology.answered(0, {.writes = false, .position = 100, .timeline = 1}, now);
  EXPECT_EQ(topology.status(0).state, HostState::ReadOnly);
  EXPECT_EQ(topology.choose(Role::Primary, nobody), std::nullopt);
  EXPECT_EQ(chosen(Role::Replica), Hosts{1});
  EXPECT_EQ(chosen(Role::Any), Hosts{1});
}

TEST_F(TopologyTest, OneThatRefusedToWriteIsAskedFirst) {
  primary(0);
  topology.doubt(0);
  EXPECT_EQ(topology.choose(Role::Primary, nobody), std::nullopt);
  primary(0);
  EXPECT_EQ(chosen(Role::Primary), Hosts{0});
}

TEST_F(TopologyTest, AServerThatBeginsAnewFromABackupMakesNoReplicaFresh) {
  primary(0, 1000);
  now += 1s;
  primary(0, 500, 2);
  replica(1, 400);
  EXPECT_EQ(topology.status(1).lag, std::nullopt);
  replica(1, 500);
  EXPECT_EQ(topology.status(1).lag, 0ms);
}

}  // namespace
}  // namespace pgjinja::pg::cluster
