#include "pg/pool/machine.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;
using Kind = Order::Kind;

class MachineTest : public ::testing::Test {
 protected:
  explicit MachineTest(PoolSettings settings = {.max_size = 2,
                                                .grow_after = 0ms,
                                                .max_lifetime = 1h})
      : machine(settings, 1) {}

  Machine machine;
  std::array<Borrower, 8> who;
  Moment now{100s};

  /// The orders since the last call, without alarms.
  std::vector<Order> orders() {
    std::vector<Order> given;
    for (const Order& order : machine.orders()) {
      if (order.kind != Kind::Alarm) given.push_back(order);
    }
    machine.clear_orders();
    return given;
  }
  Order only_order() {
    const std::vector<Order> given = orders();
    EXPECT_EQ(given.size(), 1U);
    return given.empty() ? Order{} : given.front();
  }
  std::vector<Kind> kinds() {
    std::vector<Kind> kinds;
    for (const Order& order : orders()) kinds.push_back(order.kind);
    return kinds;
  }
  /// A node that is open and lent.
  NodeId lent(Borrower& borrower) {
    if (const auto loan = machine.take(now)) return loan->node;
    EXPECT_FALSE(machine.wait(borrower, now));
    machine.opened(only_order().node, now);
    const Order served = only_order();
    EXPECT_EQ(served.kind, Kind::Serve);
    EXPECT_EQ(served.who, &borrower);
    return served.node;
  }
  void give_back(NodeId node) { machine.release(node, now, true); }
  void fail_opening(Obstacle obstacle = Obstacle::Unreachable) {
    for (NodeId node = 0; node < machine.nodes(); ++node) {
      if (machine.state_of(node) == NodeState::Opening) {
        return machine.opening_failed(node, now, obstacle);
      }
    }
    FAIL() << "nothing is being opened";
  }
  void tick_at(Moment moment) {
    now = moment;
    machine.tick(now);
  }
};

TEST_F(MachineTest, OpensForWhoWaitsAndLendsItAgain) {
  EXPECT_FALSE(machine.take(now));
  const NodeId node = lent(who[0]);
  give_back(node);
  EXPECT_EQ(orders().size(), 0U);
  const auto again = machine.take(now + 1us);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->node, node);
  EXPECT_EQ(again->proof, Proof::None);
}

TEST_F(MachineTest, ThePriceOfTrustGrowsWithIdleness) {
  const NodeId node = lent(who[0]);
  give_back(node);
  EXPECT_EQ(machine.take(now + 49us)->proof, Proof::None);
  machine.release(node, now + 49us, false);
  EXPECT_EQ(machine.take(now + 50us)->proof, Proof::Look);
  machine.release(node, now + 60us, false);
  EXPECT_EQ(machine.take(now + 99us)->proof, Proof::None) << "it was looked at";
  machine.release(node, now + 2ms, false);  // it was not used: nothing has been proven
  EXPECT_EQ(machine.take(now + 4999ms)->proof, Proof::Look);
  machine.release(node, now + 4999ms, false);
  EXPECT_EQ(machine.take(now + 5s)->proof, Proof::Ask);
}

TEST_F(MachineTest, TheOneUsedLastIsLentFirst) {
  const NodeId a = lent(who[0]);
  const NodeId b = lent(who[1]);
  give_back(b);
  give_back(a);
  EXPECT_EQ(machine.take(now)->node, a);
  EXPECT_EQ(machine.take(now)->node, b);
  EXPECT_FALSE(machine.take(now));
}

TEST_F(MachineTest, OneThatComesBackGoesToWhoWaitedLongest) {
  const NodeId a = lent(who[0]);
  lent(who[1]);
  for (int i = 2; i < 5; ++i) machine.wait(who[static_cast<std::size_t>(i)], now);
  EXPECT_TRUE(machine.leave(who[2]));
  EXPECT_EQ(orders().size(), 0U) << "max_size connections are open";
  give_back(a);
  EXPECT_EQ(only_order().who, &who[3]);
  EXPECT_EQ(machine.sizes().waiting, 1U);
}

/// Two nodes are lent to who[0] and who[1]; who[2] and who[3] wait.
class MachineTurnTest : public MachineTest {
 protected:
  void SetUp() override {
    a = lent(who[0]);
    b = lent(who[1]);
    machine.wait(who[2], now);
    machine.wait(who[3], now);
    machine.clear_orders();
  }
  bool keep(NodeId node) { return machine.release(node, now, true, true); }

  NodeId a = 0;
  NodeId b = 0;
};

TEST_F(MachineTurnTest, OneWhoComesAgainAtOnceUsesItSixteenTimes) {
  for (int use = 1; use < 16; ++use) {
    EXPECT_TRUE(keep(a)) << use;
    EXPECT_EQ(machine.state_of(a), NodeState::Kept);
    EXPECT_EQ(machine.sizes().idle, 1U);
    EXPECT_FALSE(machine.take(now)) << "not for who comes by";
    const Moment kept = now;
    now += 1us;
    const auto again = machine.reclaim(a, kept, now);
    ASSERT_TRUE(again) << use;
    EXPECT_EQ(again->node, a);
    EXPECT_EQ(again->proof, Proof::None);
    EXPECT_EQ(machine.state_of(a), NodeState::Lent);
  }
  EXPECT_EQ(orders().size(), 0U);
  EXPECT_FALSE(keep(a));
  const Order served = only_order();
  EXPECT_EQ(served.who, &who[2]);
  EXPECT_EQ(served.node, a);
  EXPECT_TRUE(keep(a)) << "the turn of another has begun";
}

TEST_F(MachineTurnTest, ATurnBeginsWithEachTaking) {
  for (int use = 1; use < 16; ++use) {
    EXPECT_TRUE(keep(a));
    ASSERT_TRUE(machine.reclaim(a, now, now));
  }
  machine.leave(who[2]);
  machine.leave(who[3]);
  EXPECT_FALSE(keep(a)) << "nobody waits";
  ASSERT_EQ(machine.take(now)->node, a);
  machine.wait(who[2], now);
  EXPECT_TRUE(keep(a));
}

TEST_F(MachineTurnTest, NoUseBeginsAfterEightMilliseconds) {
  now += 7999us;
  EXPECT_TRUE(keep(a));
  ASSERT_TRUE(machine.reclaim(a, now, now));
  now += 1us;
  EXPECT_FALSE(keep(a));
  EXPECT_EQ(only_order().who, &who[2]);
}

TEST_F(MachineTurnTest, NothingIsKeptWhenNobodyWaits) {
  machine.leave(who[2]);
  machine.leave(who[3]);
  EXPECT_FALSE(keep(a));
  EXPECT_EQ(machine.state_of(a), NodeState::Idle);
}

TEST_F(MachineTurnTest, WhoDoesNotComeLosesItToTheNextWhenAnotherIsGivenBack) {
  EXPECT_TRUE(keep(a));
  const Moment kept = now;
  now += 49us;
  EXPECT_TRUE(keep(b));
  EXPECT_EQ(machine.state_of(a), NodeState::Kept);
  ASSERT_TRUE(machine.reclaim(b, now, now));
  now += 1us;
  EXPECT_TRUE(keep(b));
  const Order served = only_order();
  EXPECT_EQ(served.node, a);
  EXPECT_EQ(served.who, &who[2]);
  EXPECT_FALSE(machine.reclaim(a, kept, now)) << "it has come too late";
}

TEST_F(MachineTurnTest, WhoDoesNotComeLosesItToWhoGetsInLine) {
  EXPECT_TRUE(keep(a));
  now += 50us;
  machine.wait(who[4], now);
  EXPECT_EQ(only_order().who, &who[2]);
}

TEST_F(MachineTurnTest, WhoDoesNotComeLosesItByTheNextTick) {
  const Moment far = machine.next_tick(now);
  EXPECT_GT(far, now + 5ms);
  EXPECT_TRUE(keep(a));
  EXPECT_EQ(machine.orders().back().kind, Kind::Alarm);
  EXPECT_EQ(machine.next_tick(now), now + 5ms);
  EXPECT_TRUE(keep(b));
  EXPECT_EQ(machine.orders().size(), 1U) << "one alarm is enough";
  machine.clear_orders();
  tick_at(now + 5ms);
  EXPECT_EQ(kinds(), (std::vector{Kind::Serve, Kind::Serve}));
  EXPECT_EQ(machine.next_tick(now), now + 5ms) << "some were kept since the last tick";
  tick_at(now + 5ms);
  EXPECT_GT(machine.next_tick(now), now + 5ms);
}

TEST_F(MachineTurnTest, WhatIsKeptIsAskedWhenNobodyWaitsAnyMore) {
  EXPECT_TRUE(keep(a));
  machine.leave(who[2]);
  machine.leave(who[3]);
  tick_at(now + 5ms);
  EXPECT_EQ(only_order().kind, Kind::Check) << "so that what it holds is sent";
  machine.checked(a, now, true);
  EXPECT_EQ(machine.state_of(a), NodeState::Idle);
  EXPECT_EQ(machine.take(now)->node, a);
}

TEST_F(MachineTurnTest, ANodeThatWasKeptForAnotherIsNotReclaimed) {
  EXPECT_TRUE(keep(a));
  EXPECT_FALSE(machine.reclaim(a, now - 1us, now)) << "at another time";
  EXPECT_FALSE(machine.reclaim(b, now, now)) << "it is lent";
  EXPECT_FALSE(machine.reclaim(7, now, now)) << "of another pool";
  EXPECT_TRUE(machine.reclaim(a, now, now));
}

TEST_F(MachineTurnTest, OneThatHasServedItsTimeIsNotKept) {
  machine.renew(now);
  machine.clear_orders();
  EXPECT_FALSE(keep(a));
  EXPECT_EQ(orders().front().ending, Ending::Old);
}

TEST_F(MachineTurnTest, OneThatIsKeptAsItsTimeEndsIsClosed) {
  EXPECT_TRUE(keep(a));
  machine.renew(now);
  machine.clear_orders();
  tick_at(now + 5ms);
  const Order closing = orders().front();
  EXPECT_EQ(closing.kind, Kind::Close);
  EXPECT_EQ(closing.node, a);
}

TEST_F(MachineTurnTest, AnEndOfThePoolClosesWhatIsKept) {
  EXPECT_TRUE(keep(a));
  const Moment kept = now;
  machine.shut(now);
  EXPECT_EQ(machine.state_of(a), NodeState::Closing);
  EXPECT_FALSE(machine.reclaim(a, kept, now));
  EXPECT_FALSE(keep(b));
  EXPECT_EQ(machine.state_of(b), NodeState::Closing);
}

TEST_F(MachineTest, AWaiterGetsWhicheverComesFirst) {
  const NodeId a = lent(who[0]);
  machine.wait(who[1], now);
  const NodeId opening = only_order().node;
  give_back(a);
  EXPECT_EQ(only_order().who, &who[1]);
  machine.opened(opening, now);
  EXPECT_EQ(machine.sizes().idle, 1U);
}

TEST_F(MachineTest, ABrokenOneKeepsItsPlaceUntilTheServerHasItNoMore) {
  const NodeId a = lent(who[0]);
  lent(who[1]);
  machine.wait(who[2], now);
  machine.broken(a, now, Ending::Broken);
  EXPECT_EQ(only_order().kind, Kind::Close);
  EXPECT_EQ(machine.sizes().open, 2U);
  machine.closed(a, now);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
}

TEST_F(MachineTest, OneThatIsDeadPutsTheOthersInQuestion) {
  const NodeId a = lent(who[0]);
  const NodeId b = lent(who[1]);
  give_back(a);
  now += 1s;
  machine.broken(b, now, Ending::Broken);
  EXPECT_EQ(kinds(), (std::vector{Kind::Close, Kind::Check}));
  EXPECT_FALSE(machine.take(now));
  machine.wait(who[2], now);
  machine.checked(a, now, true);
  EXPECT_EQ(only_order().who, &who[2]);
}

TEST_F(MachineTest, OneThatIsBeingAskedIsWaitedForALittle) {
  const NodeId a = lent(who[0]);
  give_back(a);
  tick_at(now + 30s);
  EXPECT_EQ(kinds(), std::vector{Kind::Check});
  machine.wait(who[1], now);
  EXPECT_EQ(kinds(), std::vector<Kind>());
  tick_at(machine.next_tick(now));
  EXPECT_EQ(now, Moment(130s) + 20ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
}

TEST_F(MachineTest, AnOldOneIsNotLent) {
  give_back(lent(who[0]));
  EXPECT_FALSE(machine.take(now + 1h));
  EXPECT_EQ(only_order().ending, Ending::Old);
}

TEST_F(MachineTest, OneThatTheHookDoesNotWantSaysNothingOfTheOthers) {
  const NodeId a = lent(who[0]);
  const NodeId b = lent(who[1]);
  give_back(a);
  now += 1s;
  machine.broken(b, now, Ending::Unwanted);
  EXPECT_EQ(kinds(), std::vector{Kind::Close});
}

TEST_F(MachineTest, AFailedOpeningIsTriedAgainLaterAndTheCallerWaits) {
  give_back(lent(who[0]));
  const NodeId a = machine.take(now)->node;
  now += 1s;
  machine.wait(who[1], now);
  orders();
  fail_opening();
  EXPECT_EQ(orders().size(), 0U);
  EXPECT_EQ(machine.sizes().waiting, 1U);
  const Moment next = machine.next_tick(now);
  EXPECT_GE(next, now + 5ms);
  EXPECT_LE(next, now + 10ms);
  tick_at(next);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  give_back(a);
  EXPECT_EQ(only_order().who, &who[1]);
}

TEST_F(MachineTest, WhileOpeningsFailThereIsOneAtATime) {
  const NodeId a = lent(who[0]);
  give_back(a);
  machine.broken(machine.take(now)->node, now, Ending::Broken);
  machine.closed(a, now);
  orders();
  for (int i = 1; i < 5; ++i) machine.wait(who[static_cast<std::size_t>(i)], now);
  EXPECT_EQ(kinds(), (std::vector{Kind::Open, Kind::Open}));
  fail_opening();
  fail_opening();
  tick_at(now + 250ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  tick_at(now + 199ms);
  EXPECT_EQ(orders().size(), 0U);
  tick_at(now + 1ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open}) << "the other one may never be answered";
}

TEST_F(MachineTest, AServerThatWasNeverReachedIsNotWaitedFor) {
  machine.wait(who[0], now);
  machine.wait(who[1], now);
  orders();
  fail_opening();
  EXPECT_EQ(kinds(), (std::vector{Kind::Refuse, Kind::Refuse}));
  fail_opening();
  EXPECT_EQ(machine.next_tick(now), Moment::max()) << "nobody wants it any more";
  EXPECT_FALSE(machine.wait(who[2], now)) << "until the next attempt";
  EXPECT_LE(machine.next_tick(now), now + 20ms);
  tick_at(machine.next_tick(now));
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
}

class BreakerTest : public MachineTest {
 protected:
  BreakerTest() {
    const NodeId node = lent(who[0]);
    now += 1s;
    machine.broken(node, now, Ending::Broken);
    machine.closed(node, now);
    orders();
    machine.wait(who[1], now);
    machine.wait(who[2], now);
    orders();
    fail_opening();
    fail_opening();
    orders();
  }
  /// Until callers are refused.
  void fail_on() {
    while (machine.sizes().waiting > 0) {
      tick_at(machine.next_tick(now));
      if (machine.sizes().opening > 0) fail_opening();
    }
  }
};

TEST_F(BreakerTest, OpensWhenTheServerHasNotBeenReachedForLong) {
  const Moment began = now;
  fail_on();
  EXPECT_GE(now - began, 5s);
  EXPECT_LE(now - began, 5s + 1ms);
  EXPECT_EQ(machine.wait(who[3], now), Refusal::Unreachable);
}

TEST_F(BreakerTest, OneAttemptAtATimeLooksForTheServer) {
  fail_on();
  orders();
  machine.wait(who[3], now);
  const Moment probe = machine.next_tick(now);
  EXPECT_LE(probe - now, 250ms);
  tick_at(probe);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  EXPECT_EQ(machine.wait(who[4], now), Refusal::Unreachable) << "one is enough";
  fail_opening();
  EXPECT_EQ(orders().size(), 0U);
  const Moment asked = now;
  while (machine.next_tick(now) != Moment::max()) {
    tick_at(machine.next_tick(now));
    if (machine.sizes().opening > 0) fail_opening();
  }
  EXPECT_GE(now, asked + 59s);
  EXPECT_LE(now, asked + 61s) << "nobody has asked for it since";
}

TEST_F(BreakerTest, ACallerMayBeTheOneThatLooks) {
  fail_on();
  orders();
  now += 1h;
  EXPECT_FALSE(machine.wait(who[3], now));
  const NodeId opening = only_order().node;
  machine.opened(opening, now);
  EXPECT_EQ(only_order().who, &who[3]);
  EXPECT_FALSE(machine.wait(who[4], now));
}

TEST_F(MachineTest, AFullServerLowersTheCeilingForAWhile) {
  const NodeId a = lent(who[0]);
  machine.wait(who[1], now);
  orders();
  fail_opening(Obstacle::Full);
  tick_at(now + 1s);
  EXPECT_EQ(orders().size(), 0U);
  give_back(a);
  EXPECT_EQ(only_order().who, &who[1]);
  machine.wait(who[2], now);
  tick_at(now + 4s);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
}

TEST_F(MachineTest, AServerThatIsFullFromTheBeginningIsWaitedFor) {
  machine.wait(who[0], now);
  orders();
  for (int i = 0; i < 200; ++i) {
    fail_opening(Obstacle::Full);
    EXPECT_EQ(orders().size(), 0U);
    EXPECT_LE(machine.next_tick(now) - now, 50ms);
    tick_at(machine.next_tick(now));
    EXPECT_EQ(kinds(), std::vector{Kind::Open});
  }
}

TEST_F(MachineTest, WhatWouldBeRefusedAgainIsNotWaitedFor) {
  const NodeId a = lent(who[0]);
  machine.wait(who[1], now);
  orders();
  fail_opening(Obstacle::Refusal);
  EXPECT_EQ(orders().size(), 0U) << "the open one may come back";
  machine.broken(a, now, Ending::Broken);
  machine.closed(a, now);
  orders();
  tick_at(now + 10ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  fail_opening(Obstacle::Refusal);
  EXPECT_EQ(only_order().refusal, Refusal::Unreachable);
}

TEST_F(MachineTest, OldOnesAreReplacedNotAllAtOnce) {
  const NodeId a = lent(who[0]);
  const NodeId b = lent(who[1]);
  give_back(a);
  give_back(b);
  orders();
  std::vector<Moment> ends;
  while (machine.sizes().idle > 0) {
    tick_at(machine.next_tick(now));
    for (const Order& order : orders()) {
      if (order.kind == Kind::Check) machine.checked(order.node, now, true);
      if (order.kind != Kind::Close) continue;
      EXPECT_EQ(order.ending, Ending::Unneeded) << "idle_timeout is shorter";
      ends.push_back(now);
    }
  }
  EXPECT_EQ(ends.size(), 2U);
}

class KeptOpenTest : public MachineTest {
 protected:
  KeptOpenTest()
      : MachineTest({.max_size = 4,
                     .min_size = 2,
                     .grow_after = 0ms,
                     .max_lifetime = 1h,
                     .idle_timeout = 1min,
                     .check_interval = 1000h}) {
    machine.start(now);
    for (const Order& order : orders()) machine.opened(order.node, now);
  }
};

TEST_F(KeptOpenTest, MinSizeIsKept) {
  EXPECT_EQ(machine.sizes().idle, 2U);
  const std::array<NodeId, 3> nodes{lent(who[0]), lent(who[1]), lent(who[2])};
  for (const NodeId node : nodes) give_back(node);
  tick_at(now + 1min);
  EXPECT_EQ(only_order().ending, Ending::Unneeded);
  EXPECT_EQ(machine.sizes().idle, 2U);
}

TEST_F(KeptOpenTest, LifetimesDifferByChance) {
  std::vector<Moment> ends;
  while (ends.size() < 2) {
    tick_at(machine.next_tick(now));
    for (const Order& order : orders()) {
      if (order.kind != Kind::Close) continue;
      EXPECT_EQ(order.ending, Ending::Old);
      ends.push_back(now);
      machine.closed(order.node, now);
    }
  }
  EXPECT_GE(ends[0] - Moment(100s), 54min);
  EXPECT_LE(ends[1] - Moment(100s), 60min);
  EXPECT_GT(ends[1] - ends[0], 1ms);
  EXPECT_EQ(machine.sizes().opening, 2U) << "they are replaced";
}

TEST_F(KeptOpenTest, RenewReplacesThemAll) {
  const NodeId lent_one = lent(who[0]);
  machine.renew(now);
  tick_at(machine.next_tick(now));
  EXPECT_EQ(orders().front().ending, Ending::Old);
  give_back(lent_one);
  EXPECT_EQ(only_order().ending, Ending::Old);
}

TEST_F(MachineTest, IdleOnesAreAskedForASignOfLife) {
  const NodeId a = lent(who[0]);
  give_back(a);
  tick_at(machine.next_tick(now));
  EXPECT_EQ(now, Moment(130s));
  EXPECT_EQ(kinds(), std::vector{Kind::Check});
  machine.checked(a, now, true);
  EXPECT_EQ(machine.next_tick(now), Moment(160s));
  tick_at(machine.next_tick(now));
  orders();
  machine.checked(a, now, false);
  EXPECT_EQ(only_order().ending, Ending::Silent);
}

TEST_F(MachineTest, ACheckIsNoUse) {
  const NodeId a = lent(who[0]);
  give_back(a);
  while (machine.sizes().idle > 0) {
    tick_at(machine.next_tick(now));
    if (only_order().kind == Kind::Check) machine.checked(a, now, true);
  }
  EXPECT_EQ(now, Moment(100s) + 10min);
}

TEST_F(MachineTest, ALeakIsToldOnce) {
  const NodeId a = lent(who[0]);
  tick_at(machine.next_tick(now));
  EXPECT_EQ(now, Moment(160s));
  const Order leak = only_order();
  EXPECT_EQ(leak.kind, Kind::Leak);
  EXPECT_EQ(leak.node, a);
  EXPECT_EQ(machine.next_tick(now), Moment::max());
  tick_at(now + 1h);
  EXPECT_EQ(orders().size(), 0U);
}

TEST_F(MachineTest, TheLineHasItsEnd) {
  Machine small({.max_size = 1, .most_waiting = 2}, 1);
  EXPECT_FALSE(small.wait(who[0], now));
  EXPECT_FALSE(small.wait(who[1], now));
  EXPECT_EQ(small.wait(who[2], now), Refusal::QueueFull);
}

TEST_F(MachineTest, SoManyOpeningsAtOnce) {
  Machine large({.max_size = 100, .most_openings = 3, .grow_after = 0ms}, 1);
  for (Borrower& borrower : who) large.wait(borrower, now);
  EXPECT_EQ(large.sizes().opening, 3U);
  large.opened(0, now);
  EXPECT_EQ(large.sizes().opening, 3U);
  EXPECT_EQ(large.sizes().lent, 1U);
}

class PatientTest : public MachineTest {
 protected:
  PatientTest() : MachineTest({.max_size = 8, .grow_after = 5ms, .max_lifetime = 1h}) {}

  bool alarmed() {
    return std::any_of(machine.orders().begin(), machine.orders().end(),
                       [](const Order& order) { return order.kind == Kind::Alarm; });
  }
};

TEST_F(PatientTest, TheFirstIsOpenedAtOnceTheNextWhenItIsWorthIt) {
  machine.wait(who[0], now);
  machine.wait(who[1], now + 1ms);
  machine.wait(who[2], now + 2ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  EXPECT_EQ(machine.next_tick(now), now + 6ms) << "the second borrower has waited 5 ms";
  tick_at(now + 6ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  tick_at(now + 1ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
  EXPECT_EQ(machine.next_tick(now), Moment(100s) + 200ms) << "as many come as wait";
}

TEST_F(PatientTest, WhoGetsOneThatComesBackNeedsNoOther) {
  const NodeId a = lent(who[0]);
  machine.wait(who[1], now);
  EXPECT_TRUE(alarmed());
  EXPECT_EQ(orders().size(), 0U);
  give_back(a);
  EXPECT_EQ(only_order().who, &who[1]);
  tick_at(now + 5ms);
  EXPECT_EQ(orders().size(), 0U);
}

TEST_F(PatientTest, TheDriverIsNotRungForEachThatWaits) {
  lent(who[0]);
  machine.wait(who[1], now);
  machine.clear_orders();
  tick_at(now + 1ms);
  for (int i = 2; i < 8; ++i) machine.wait(who[static_cast<std::size_t>(i)], now);
  EXPECT_FALSE(alarmed()) << "it comes for the first of them anyway";
}

TEST_F(PatientTest, WhoHasWaitedBeforeIsNotLessPatientAnew) {
  const NodeId a = lent(who[0]);
  machine.wait(who[1], now);
  give_back(a);
  orders();
  machine.broken(a, now + 5ms, Ending::Broken);
  machine.closed(a, now + 5ms);
  orders();
  machine.wait(who[1], now + 5ms);
  EXPECT_EQ(kinds(), std::vector{Kind::Open});
}

TEST_F(MachineTest, ShutItRefusesAndClosesWhatComesBack) {
  const NodeId a = lent(who[0]);
  const NodeId b = lent(who[1]);
  give_back(b);
  machine.shut(now);
  EXPECT_EQ(only_order().ending, Ending::PoolClosed);
  EXPECT_EQ(machine.wait(who[2], now), Refusal::Closed);
  EXPECT_FALSE(machine.take(now));
  give_back(a);
  EXPECT_EQ(only_order().ending, Ending::PoolClosed);
  machine.closed(a, now);
  machine.closed(b, now);
  EXPECT_EQ(machine.sizes().open, 0U);
  EXPECT_EQ(machine.next_tick(now), Moment::max());
}

}  // namespace
}  // namespace pgjinja::pg::pool
