// Every way that a small pool can go: two connections, three borrowers, all events in all orders.

#include "pg/pool/machine.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;
using Kind = Order::Kind;

constexpr std::size_t kBorrowers = 3;
constexpr std::size_t kNodes = 2;

struct Rules {
  std::string name;
  PoolSettings settings;
  std::size_t borrowers = kBorrowers;
  bool turns = false;  ///< borrowers come again at once, or seem to
};

/// A pool, its borrowers and its driver, in which nothing takes time but what is told to.
class World {
 public:
  explicit World(const Rules& rules)
      : settings_(rules.settings),
        machine_(rules.settings, 1),
        seats_(rules.borrowers),
        turns_(rules.turns) {}

  /// How many events are possible now; do_event(0 … n - 1).
  std::size_t events() {
    events_.clear();
    for (std::size_t b = 0; b < seats_.size(); ++b) list_of_borrower(b);
    for (NodeId node = 0; node < machine_.nodes(); ++node) list_of_node(node);
    if (machine_.next_tick(now_) != Moment::max()) events_.push_back([this] { pass_time(); });
    if (!shut_) events_.push_back([this] { shut_ = true, machine_.shut(now_); });
    return events_.size();
  }
  void do_event(std::size_t number) {
    events_[number]();
    obey();
    check();
  }
  /// What the future depends on, with times in relation to now.
  std::string state() const {
    std::ostringstream out;
    out << shut_;
    for (const Seat& seat : seats_) {
      out << '|' << static_cast<int>(seat.at);
      if (seat.at == At::Has || seat.at == At::ComesAgain) out << seat.node;
      if (seat.at == At::Waits) out << 'w' << rank(seat) << is_patient(seat);
    }
    for (NodeId node = 0; node < machine_.nodes(); ++node) {
      out << '|' << static_cast<int>(machine_.state_of(node));
      if (machine_.state_of(node) == NodeState::Opening) {
        out << (now_ - machine_.lent_since(node) < 200ms);
      }
      const NodeState at = machine_.state_of(node);
      if (turns_ && (at == NodeState::Lent || at == NodeState::Kept)) {
        out << 'u' << turn_of_[node].uses << (now_ - turn_of_[node].began < 8ms);
      }
    }
    const Reach& reach = machine_.reach();
    out << '|' << reach.failing_since().has_value() << reach.broken(now_) << '|'
        << (reach.next_attempt() > now_) << '|' << rounded(machine_.next_tick(now_) - now_);
    return out.str();
  }

 private:
  enum class At { Home, Waits, Has, ComesAgain };
  struct Seat {
    At at = At::Home;
    NodeId node = 0;
    Borrower borrower;
    Moment kept{};
  };
  struct Turn {
    int uses = 0;
    Moment began{};
  };

  void list_of_borrower(std::size_t b) {
    Seat& seat = seats_[b];
    switch (seat.at) {
      case At::Home: events_.push_back([this, &seat] { come(seat); }); break;
      case At::Waits:
        events_.push_back([this, &seat] {
          EXPECT_TRUE(machine_.leave(seat.borrower));
          seat = {};
        });
        break;
      case At::ComesAgain:
        events_.push_back([this, &seat] { come_again(seat); });
        events_.push_back([&seat] { seat = {}; });
        break;
      case At::Has:
        if (turns_) events_.push_back([this, &seat] { keep(seat); });
        for (const bool answered : {true, false}) {
          events_.push_back([this, &seat, answered] {
            const NodeId node = seat.node;
            seat = {};
            machine_.release(node, now_, answered);
          });
        }
        events_.push_back([this, &seat] {
          const NodeId node = seat.node;
          seat = {};
          machine_.broken(node, now_, Ending::Broken);
        });
        events_.push_back([this, &seat] {
          const NodeId node = seat.node;
          seat = {};
          machine_.doubt(node, now_);
          come(seat);
        });
    }
  }

  void list_of_node(NodeId node) {
    switch (machine_.state_of(node)) {
      case NodeState::Opening:
        events_.push_back([this, node] { told(opening_, node), machine_.opened(node, now_); });
        for (const Obstacle why : {Obstacle::Unreachable, Obstacle::Full, Obstacle::Refusal}) {
          events_.push_back([this, node, why] {
            told(opening_, node), machine_.opening_failed(node, now_, why);
          });
        }
        break;
      case NodeState::Checking:
        for (const bool alive : {true, false}) {
          events_.push_back(
              [this, node, alive] { told(checking_, node), machine_.checked(node, now_, alive); });
        }
        break;
      case NodeState::Closing:
        events_.push_back([this, node] { told(closing_, node), machine_.closed(node, now_); });
        break;
      case NodeState::Empty:
      case NodeState::Idle:
      case NodeState::Kept:
      case NodeState::Lent: break;
    }
  }

  void keep(Seat& seat) {
    const NodeId node = seat.node;
    seat = {};
    const bool others_wait = !machine_.line().empty();
    if (!machine_.release(node, now_, true, true)) return;
    EXPECT_TRUE(others_wait) << "it is kept from nobody";
    EXPECT_LT(turn_of_[node].uses, 16);
    EXPECT_LT(now_ - turn_of_[node].began, 8ms);
    seat.at = At::ComesAgain;
    seat.node = node;
    seat.kept = now_;
  }

  void come_again(Seat& seat) {
    const Seat before = seat;
    seat = {};
    if (!machine_.reclaim(before.node, before.kept, now_)) return come(seat);
    seat.at = At::Has;
    seat.node = before.node;
    ++turn_of_[seat.node].uses;
  }

  void come(Seat& seat) {
    if (const auto loan = machine_.take(now_)) {
      has(seat, loan->node);
    } else if (!machine_.wait(seat.borrower, now_)) {
      seat.at = At::Waits;
    } else {
      seat = {};
    }
  }

  void has(Seat& seat, NodeId node) {
    seat = {.at = At::Has, .node = node, .borrower = {}};
    turn_of_[node] = {.uses = 1, .began = now_};
  }

  void pass_time() {
    const Moment due = machine_.next_tick(now_);
    ASSERT_GE(due, now_ - 1h);
    now_ = std::max(now_, due);
    machine_.tick(now_);
    planned_ = machine_.next_tick(now_);
    const bool ordered = !machine_.orders().empty();
    EXPECT_TRUE(ordered || machine_.next_tick(now_) > now_) << "the driver would run in circles";
  }

  /// An order to the driver has been carried out.
  static void told(std::set<NodeId>& orders, NodeId node) { EXPECT_EQ(orders.erase(node), 1U); }

  void obey() {
    for (const Order& order : machine_.orders()) {
      switch (order.kind) {
        case Kind::Open:
          EXPECT_FALSE(shut_);
          EXPECT_TRUE(opening_.insert(order.node).second);
          break;
        case Kind::Check: EXPECT_TRUE(checking_.insert(order.node).second); break;
        case Kind::Close: EXPECT_TRUE(closing_.insert(order.node).second); break;
        case Kind::Serve: serve(order); break;
        case Kind::Refuse: seat_of(order.who) = {}; break;
        case Kind::Alarm: planned_ = machine_.next_tick(now_); break;
        case Kind::Leak: break;
      }
    }
    machine_.clear_orders();
  }

  void serve(const Order& order) {
    Seat& seat = seat_of(order.who);
    EXPECT_EQ(seat.at, At::Waits);
    for (const Seat& other : seats_) {
      EXPECT_TRUE(other.at != At::Waits || seat.borrower.ticket <= other.borrower.ticket);
    }
    has(seat, order.node);
  }

  Seat& seat_of(const Borrower* who) {
    return *std::find_if(seats_.begin(), seats_.end(),
                         [who](const Seat& seat) { return &seat.borrower == who; });
  }
  bool is_patient(const Seat& seat) const {
    return now_ - seat.borrower.since < *settings_.grow_after;
  }
  /// How many wait before it.
  std::ptrdiff_t rank(const Seat& seat) const {
    return std::count_if(seats_.begin(), seats_.end(), [&seat](const Seat& other) {
      return other.at == At::Waits && other.borrower.ticket < seat.borrower.ticket;
    });
  }
  /// Times of one magnitude are the same: what is decided does hardly depend on more.
  static std::uint64_t rounded(Clock::duration time) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    return std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(milliseconds, 0)));
  }

  void check() const {
    std::size_t in_use = 0;
    std::size_t idle = 0;
    std::set<NodeId> opening;
    std::set<NodeId> checking;
    std::set<NodeId> closing;
    std::set<NodeId> lent;
    for (NodeId node = 0; node < machine_.nodes(); ++node) {
      in_use += machine_.state_of(node) != NodeState::Empty ? 1 : 0;
      idle += machine_.state_of(node) == NodeState::Idle ? 1 : 0;
      switch (machine_.state_of(node)) {
        case NodeState::Opening: opening.insert(node); break;
        case NodeState::Checking: checking.insert(node); break;
        case NodeState::Closing: closing.insert(node); break;
        case NodeState::Lent: lent.insert(node); break;
        case NodeState::Kept: EXPECT_LE(planned_, now_ + 5ms) << "kept for ever"; break;
        default: break;
      }
    }
    EXPECT_LE(in_use, kNodes);
    EXPECT_EQ(machine_.sizes().open, in_use);
    EXPECT_EQ(opening, opening_);
    EXPECT_EQ(checking, checking_);
    EXPECT_EQ(closing, closing_);
    check_borrowers(lent, idle);
  }

  void check_borrowers(const std::set<NodeId>& lent, std::size_t idle) const {
    std::set<NodeId> had;
    std::size_t waiting = 0;
    for (const Seat& seat : seats_) {
      EXPECT_TRUE(seat.at != At::Has || had.insert(seat.node).second) << "two have it";
      if (seat.at == At::Waits) ++waiting;
    }
    EXPECT_EQ(had, lent);
    const Machine::Sizes sizes = machine_.sizes();
    EXPECT_EQ(sizes.waiting, waiting);
    if (waiting > 0) {
      EXPECT_EQ(idle, 0U) << "someone waits beside an idle connection";
      const bool something_will_happen = sizes.open > 0 || planned_ != Moment::max();
      EXPECT_TRUE(something_will_happen) << "someone waits for ever";
    }
    EXPECT_TRUE(!shut_ || sizes.idle + waiting == 0);
  }

  PoolSettings settings_;
  Machine machine_;
  Moment now_{1000s};
  Moment planned_ = Moment::max();  // when the driver wakes up by itself
  std::vector<Seat> seats_;
  std::set<NodeId> opening_;
  std::set<NodeId> checking_;
  std::set<NodeId> closing_;
  std::vector<std::function<void()>> events_;
  bool shut_ = false;
  bool turns_;
  std::array<Turn, kNodes> turn_of_{};
};

class MachineModelTest : public ::testing::TestWithParam<Rules> {};

std::string told(const std::vector<std::size_t>& path) {
  std::string text;
  for (const std::size_t step : path) text += std::to_string(step) + ' ';
  return text;
}

TEST_P(MachineModelTest, HoldsItsPromisesWhateverHappens) {
  std::deque<std::vector<std::size_t>> paths{{}};
  std::unordered_set<std::string> seen;
  std::size_t steps = 0;
  while (!paths.empty()) {
    const std::vector<std::size_t> path = std::move(paths.front());
    paths.pop_front();
    for (std::size_t next = 0;; ++next) {
      World world(GetParam());
      for (const std::size_t step : path) world.events(), world.do_event(step);
      if (next >= world.events()) break;
      world.do_event(next);
      ++steps;
      std::vector<std::size_t> longer = path;
      longer.push_back(next);
      ASSERT_FALSE(HasFailure()) << "after the events " << told(longer);
      if (seen.insert(world.state()).second) paths.push_back(std::move(longer));
    }
  }
  RecordProperty("states", std::to_string(seen.size()));
  EXPECT_GT(seen.size(), 100U);
  std::cout << GetParam().name << ": " << seen.size() << " states, " << steps << " steps\n";
}

INSTANTIATE_TEST_SUITE_P(
    Pools, MachineModelTest,
    ::testing::Values(
        Rules{"Lazy", {.max_size = kNodes, .grow_after = 0ms}},
        Rules{"Patient", {.max_size = kNodes, .grow_after = 3ms}, 2},
        Rules{"Kept", {.max_size = kNodes, .min_size = 1, .grow_after = 0ms}},
        Rules{"OneOpening", {.max_size = kNodes, .most_openings = 1, .grow_after = 0ms}},
        Rules{
            "ShortLived",
            {.max_size = kNodes, .grow_after = 0ms, .max_lifetime = 200ms, .check_interval = 50ms}},
        Rules{"Turns", {.max_size = 1, .grow_after = 0ms}, kBorrowers, true}),
    [](const auto& rules) { return rules.param.name; });

}  // namespace
}  // namespace pgjinja::pg::pool
