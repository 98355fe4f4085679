#pragma once

#include "pg/pool/growth.hpp"
#include "pg/pool/reach.hpp"
#include "pg/pool/waiting_line.hpp"

#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace pgjinja::pg::pool {

/// How long a server has to close a session that has taken leave, before the driver says closed().
/// Its process may be busy with what was given up, and its network gone.
inline constexpr std::chrono::milliseconds kFarewell{500};

/// What Machine is seeded with, so that the pools of many processes do not act at once.
std::uint64_t random_seed();

/// The right to have one connection at the server, by number.
using NodeId = std::uint32_t;

enum class NodeState : std::uint8_t {
  Empty,     ///< no connection
  Opening,   ///< the driver opens one
  Idle,      ///< open, and nobody has it
  Checking,  ///< open, and the driver asks the server for a sign of life
  Lent,      ///< a borrower has it
  Kept,      ///< given back while others wait, and kept for its borrower, who comes again at once
  Closing    ///< the driver closes it, and the server may still have it
};

/// Why an opening failed, as far as that says something about the next one.
enum class Obstacle : std::uint8_t {
  Unreachable,  ///< nobody answers, or the server is not ready: that may be over in a moment
  Full,         ///< the server takes no more sessions
  Refusal       ///< the next one would be refused as well: settings, password, no such database
};

/// Why a borrower gets no connection.
enum class Refusal : std::uint8_t {
  Closed,       ///< the pool was closed, or drains
  QueueFull,    ///< as many wait as may
  Unreachable,  ///< the opening that it waited for has failed, or the breaker is open
};

/// Why a connection is closed.
enum class Ending : std::uint8_t { Broken, Silent, Old, Unneeded, Unwanted, ReadOnly, PoolClosed };

/// What the driver has to do. It says so when it has done it, by the call that is named.
struct Order {
  enum class Kind : std::uint8_t {
    Open,    ///< open a connection: opened() or opening_failed()
    Check,   ///< ask an idle one for a sign of life: checked()
    Close,   ///< close one: closed(), when the server has it no more
    Serve,   ///< the borrower has the node from now on: release()
    Refuse,  ///< the borrower need not wait any more
    Leak,    ///< tell of a node that has been lent for too long
    Alarm    ///< next_tick() may be earlier than it was
  };
  Kind kind = Kind::Alarm;
  NodeId node = 0;
  Borrower* who = nullptr;
  Refusal refusal = Refusal::Closed;
  Ending ending = Ending::Broken;
};

/// What is to be done with an idle connection before it is used.
enum class Proof : std::uint8_t {
  None,  ///< it has answered, or was looked at, just now
  Look,  ///< see whether the server has closed it
  Ask    ///< ask for a sign of life: it has been idle for long
};

/// All decisions of a pool, without connections, threads and clocks: it is told what happens and
/// when, and gives orders. Both the blocking and the asynchronous pool drive it. Not thread-safe.
///
/// A node is the right to have one connection. There are never more than max_size, and one becomes
/// free only when the server is known to have closed its connection (or does not answer any more).
/// While someone waits, no node is idle; a node that comes back goes to who has waited longest,
/// when the turn of its borrower is over.
class Machine {
 public:
  struct Loan {
    NodeId node = 0;
    Proof proof = Proof::None;
  };
  struct Sizes {
    std::size_t open = 0;  ///< with those that are being opened or closed
    std::size_t idle = 0;  ///< with those that are kept
    std::size_t opening = 0;
    std::size_t lent = 0;
    std::size_t waiting = 0;
  };

  Machine(const PoolSettings& settings, std::uint64_t seed);

  /// An idle node, lent from now on: the one that was used last. None when there is none, or others
  /// wait.
  std::optional<Loan> take(Moment now);
  /// Lets `who` wait. It is served or refused by an order, or leaves; or is refused at once.
  std::optional<Refusal> wait(Borrower& who, Moment now);
  /// It waits no longer; false: it does not wait.
  bool leave(const Borrower& who) { return line_.leave(who); }

  /// A borrower gives its node back, in good order. `answered`: the server has, to the borrower.
  /// `comes_again`: it will want it again in a moment. True: then it may reclaim() it.
  bool release(NodeId node, Moment now, bool answered, bool comes_again = false);
  /// A node that was kept at that moment, lent again to its borrower; none: it has gone to another.
  std::optional<Loan> reclaim(NodeId node, Moment kept, Moment now);
  /// A borrower that was told to ask for a sign of life leaves that to the driver, and may wait.
  void doubt(NodeId node, Moment now) { check(node, now); }
  /// A borrower's connection is of no use any more. Others may be dead as well: they are asked.
  void broken(NodeId node, Moment now, Ending why);

  void opened(NodeId node, Moment now);
  void opening_failed(NodeId node, Moment now, Obstacle obstacle);
  void checked(NodeId node, Moment now, bool alive);
  void closed(NodeId node, Moment now);

  /// Does what is due by now.
  void tick(Moment now);
  /// When tick() has something to do, if nothing else happens. An Alarm says that it has become
  /// earlier since the last tick(), but not what take() and release() have done to it.
  [[nodiscard]] Moment next_tick(Moment now) const;

  /// From now on min_size connections are kept open.
  void start(Moment now);
  /// Replaces all connections as they come back or are idle.
  void renew(Moment now);
  /// Nobody is served any more; what is lent is closed when it comes back.
  void shut(Moment now);

  [[nodiscard]] const std::vector<Order>& orders() const noexcept { return orders_; }
  void clear_orders() noexcept { orders_.clear(); }

  [[nodiscard]] Sizes sizes() const noexcept;
  [[nodiscard]] NodeState state_of(NodeId node) const { return nodes_[node].state; }
  [[nodiscard]] Moment lent_since(NodeId node) const { return nodes_[node].since; }
  [[nodiscard]] std::size_t nodes() const noexcept { return nodes_.size(); }
  [[nodiscard]] const Reach& reach() const noexcept { return reach_; }
  [[nodiscard]] bool is_shut() const noexcept { return shut_; }
  [[nodiscard]] const WaitingLine& line() const noexcept { return line_; }

 private:
  struct Node {
    NodeState state = NodeState::Empty;
    bool told = false;  // of the leak
    Moment expires;
    Moment since;            // it is in this state
    Moment proven;           // the server has answered
    Moment looked;           // a borrower was told to look
    Moment asked;            // it is being checked
    Moment turn;             // it was lent to who has had it, or had it kept, since
    std::uint32_t uses = 0;  // in this turn
  };

  void set(NodeId node, NodeState state, Moment now);
  void order(Order::Kind kind, NodeId node) { orders_.push_back({.kind = kind, .node = node}); }
  void close(NodeId node, Moment now, Ending why);
  void rest(NodeId node, Moment now);
  Loan lend(NodeId node, Moment now);
  bool keep(NodeId node, Moment now);
  void end_keeping(Moment now);
  /// Serves who waits, and opens what is missing.
  void balance(Moment now);
  void serve(NodeId node, Moment now);
  void open_missing(Moment now);
  void open_one(Moment now);
  [[nodiscard]] Moment opening_wanted(Moment now) const;
  [[nodiscard]] Moment opening_allowed() const;
  [[nodiscard]] std::size_t promising(Moment now) const;
  [[nodiscard]] static Moment promise_end(const Node& node);
  [[nodiscard]] Moment last_opening_gets_slow() const;
  [[nodiscard]] Moment next_disappointment(Moment now) const;
  [[nodiscard]] Moment breaks_at(Moment now) const;
  void refuse_all(Refusal why, Moment now);
  void suspect(Moment now);
  void check(NodeId node, Moment now);
  void tick_kept(Moment now);
  void tick_idle(Moment now);
  void tick_lent(Moment now);
  [[nodiscard]] Moment node_due(const Node& node) const;
  [[nodiscard]] Moment opening_due(Moment now) const;
  void remove_idle(NodeId node);
  void prove(NodeId node, Moment now);
  [[nodiscard]] std::size_t count(NodeState state) const noexcept {
    return counts_[static_cast<std::size_t>(state)];
  }
  [[nodiscard]] std::size_t open() const noexcept {
    return nodes_.size() - count(NodeState::Empty);
  }
  /// One may come back to who waits.
  [[nodiscard]] bool any_in_use() const noexcept {
    return count(NodeState::Lent) + count(NodeState::Kept) + count(NodeState::Idle) +
               count(NodeState::Checking) >
           0;
  }
  /// Those that are open, or will be, and stay so.
  [[nodiscard]] std::size_t staying() const noexcept { return open() - count(NodeState::Closing); }

  PoolSettings settings_;
  Reach reach_;
  Growth growth_;
  std::minstd_rand random_;
  std::vector<Node> nodes_;
  std::vector<NodeId> idle_;  // the one used last is at the end
  WaitingLine line_;
  std::vector<Order> orders_;
  std::size_t counts_[7] = {};

  std::size_t ceiling_;  // so many the server has let us have
  Moment ceiling_ends_ = Moment::max();
  bool started_ = false;
  bool shut_ = false;
  Moment wanted_until_ = Moment::min();  // the server is looked for, although nobody waits
  Moment planned_ = Moment::max();       // next_tick() after the last tick()
  bool kept_lately_ = false;             // a node has been, since the last tick()
  Moment kept_tick_ = Moment::max();     // when it is looked at
};

}  // namespace pgjinja::pg::pool
