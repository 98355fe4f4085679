#include "pg/pool/machine.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::pg::pool {

namespace {

/// For so long after its last answer, or the last look, a server is taken to be still there.
constexpr std::chrono::microseconds kJustNow{50};
/// For so long no more connections are tried for than a server that was full has let us have.
constexpr std::chrono::milliseconds kFullFor{5'000};
/// The longest wait between two attempts at a full server, which has room again at any moment.
constexpr std::chrono::milliseconds kLongestFullBackoff{50};
/// An opening that takes longer holds up no other: what it has sent may have been lost.
constexpr std::chrono::milliseconds kSlowOpening{200};
/// Nor does a sign of life that takes longer than this.
constexpr std::chrono::milliseconds kSlowCheck{20};
/// For so long after the last caller that was refused a server that cannot be reached is looked
/// for.
constexpr std::chrono::milliseconds kWantedFor{60'000};

}  // namespace

std::uint64_t random_seed() {
  std::random_device random;
  return random();
}

Machine::Machine(const PoolSettings& settings, std::uint64_t seed)
    : settings_(settings),
      reach_(settings, seed),
      growth_(settings),
      random_(static_cast<std::minstd_rand::result_type>(seed)),
      ceiling_(settings.max_size) {}

[[gnu::hot]] std::optional<Machine::Loan> Machine::take(Moment now) {
  while (!idle_.empty() && now >= nodes_[idle_.back()].expires) {
    const NodeId old = idle_.back();
    idle_.pop_back();
    close(old, now, Ending::Old);
  }
  if (idle_.empty()) return std::nullopt;
  const NodeId node = idle_.back();
  idle_.pop_back();
  nodes_[node].turn = now;
  nodes_[node].uses = 0;
  return lend(node, now);
}

[[gnu::hot]] Machine::Loan Machine::lend(NodeId id, Moment now) {
  Node& node = nodes_[id];
  const bool just_now = now - std::max(node.proven, node.looked) < kJustNow;
  const Proof proof = just_now                                       ? Proof::None
                      : now - node.proven < settings_.validate_after ? Proof::Look
                                                                     : Proof::Ask;
  if (proof == Proof::Look) node.looked = now;
  set(id, NodeState::Lent, now);
  ++node.uses;
  return {id, proof};
}

[[gnu::hot]] std::optional<Refusal> Machine::wait(Borrower& who, Moment now) {
  if (shut_) return Refusal::Closed;
  if (line_.size() >= settings_.most_waiting) return Refusal::QueueFull;
  if (reach_.broken(now) && now < opening_allowed()) {
    wanted_until_ = later(now, kWantedFor);
    order(Order::Kind::Alarm, 0);
    return Refusal::Unreachable;
  }
  started_ = true;
  line_.join(who, now);
  end_keeping(now);
  balance(now);
  if (opening_due(now) < planned_) order(Order::Kind::Alarm, 0);
  return std::nullopt;
}

[[gnu::hot]] bool Machine::release(NodeId node, Moment now, bool answered, bool comes_again) {
  if (answered) prove(node, now);
  end_keeping(now);
  if (comes_again && keep(node, now)) return true;
  rest(node, now);
  return false;
}

/// Gives it to who waits, or lets it be idle.
[[gnu::hot]] void Machine::rest(NodeId node, Moment now) {
  if (shut_) return close(node, now, Ending::PoolClosed);
  if (now >= nodes_[node].expires) return close(node, now, Ending::Old);
  if (!line_.empty()) return serve(node, now);
  set(node, NodeState::Idle, now);
  idle_.push_back(node);
}

[[gnu::hot]] void Machine::serve(NodeId node, Moment now) {
  set(node, NodeState::Lent, now);
  nodes_[node].turn = now;
  nodes_[node].uses = 1;
  orders_.push_back({.kind = Order::Kind::Serve, .node = node, .who = &line_.pop()});
}

void Machine::broken(NodeId node, Moment now, Ending why) {
  close(node, now, why);
  if (why == Ending::Broken || why == Ending::Silent) suspect(now);
}

void Machine::opened(NodeId node, Moment now) {
  reach_.reached(now);
  growth_.opening_took(now - nodes_[node].since);
  const double part = std::uniform_real_distribution<>(0.9, 1.0)(random_);
  const auto lifetime = std::chrono::duration<double>(settings_.max_lifetime) * part;
  nodes_[node].expires = later(now, std::chrono::floor<std::chrono::milliseconds>(lifetime));
  nodes_[node].proven = now;
  wanted_until_ = Moment::min();
  rest(node, now);
  if (!shut_) balance(now);
}

void Machine::opening_failed(NodeId node, Moment now, Obstacle obstacle) {
  set(node, NodeState::Empty, now);
  auto longest = settings_.longest_backoff;
  if (obstacle == Obstacle::Full) {
    reach_.seen(now);
    longest = std::min(longest, kLongestFullBackoff);
    ceiling_ = std::max<std::size_t>(1, open());
    ceiling_ends_ = later(now, kFullFor);
  }
  reach_.failed(now, longest);
  const bool hopeless = obstacle == Obstacle::Refusal && open() == 0;
  if (hopeless || !reach_.known() || reach_.broken(now)) refuse_all(Refusal::Unreachable, now);
  // What is refused would be refused again and again, in the server's log too.
  if (obstacle == Obstacle::Refusal || !reach_.known()) wanted_until_ = Moment::min();
  if (!shut_) balance(now);
  order(Order::Kind::Alarm, 0);
}

void Machine::checked(NodeId node, Moment now, bool alive) {
  if (!alive) return close(node, now, Ending::Silent);
  prove(node, now);
  if (shut_) return close(node, now, Ending::PoolClosed);
  const Moment idle_since = nodes_[node].since;
  if (!line_.empty()) return serve(node, now);
  set(node, NodeState::Idle, now);
  nodes_[node].since = idle_since;  // a check is no use
  idle_.insert(idle_.begin(), node);
}

void Machine::closed(NodeId node, Moment now) {
  set(node, NodeState::Empty, now);
  if (!shut_) balance(now);
}

[[gnu::hot]] void Machine::balance(Moment now) {
  while (!line_.empty() && !idle_.empty()) {
    const NodeId node = idle_.back();
    idle_.pop_back();
    serve(node, now);
  }
  open_missing(now);
}

[[gnu::hot]] void Machine::open_missing(Moment now) {
  while (opening_wanted(now) <= now) {
    if (now < opening_allowed()) return order(Order::Kind::Alarm, 0);
    open_one(now);
  }
}

/// When one more connection is of use, and there is room for it. Moment::max(): as things are, it
/// is not.
[[gnu::hot]] Moment Machine::opening_wanted(Moment now) const {
  if (open() >= std::min(ceiling_, settings_.max_size)) return Moment::max();
  if (count(NodeState::Opening) >= std::max<std::size_t>(1, settings_.most_openings)) {
    return Moment::max();
  }
  const std::size_t coming = promising(now);
  if (started_ && staying() < settings_.min_size) return Moment::min();
  if (now < wanted_until_ && coming == 0 && idle_.empty()) return Moment::min();
  if (coming >= line_.size()) return Moment::max();
  if (coming == 0 && !any_in_use()) return Moment::min();
  return growth_.worth_opening(line_.at(coming).since);
}

/// When the next opening may begin: while they fail one at a time, each after a wait.
Moment Machine::opening_allowed() const {
  if (!reach_.failing_since()) return Moment::min();
  return std::max(reach_.next_attempt(), last_opening_gets_slow());
}

/// How many will soon be there, as things usually go.
std::size_t Machine::promising(Moment now) const {
  if (count(NodeState::Opening) + count(NodeState::Checking) == 0) return 0;
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [now](const Node& node) { return now < promise_end(node); }));
}

/// Until when it may be hoped for; Moment::min(): not at all.
Moment Machine::promise_end(const Node& node) {
  if (node.state == NodeState::Opening) return later(node.since, kSlowOpening);
  if (node.state == NodeState::Checking) return later(node.asked, kSlowCheck);
  return Moment::min();
}

/// Moment::min(): nothing is being opened.
Moment Machine::last_opening_gets_slow() const {
  Moment last = Moment::min();
  if (count(NodeState::Opening) == 0) return last;
  for (const Node& node : nodes_) {
    if (node.state == NodeState::Opening) last = std::max(last, promise_end(node));
  }
  return last;
}

/// Moment::max(): there is nothing to be hoped for.
Moment Machine::next_disappointment(Moment now) const {
  Moment next = Moment::max();
  for (const Node& node : nodes_) {
    if (now < promise_end(node)) next = std::min(next, promise_end(node));
  }
  return next;
}

void Machine::open_one(Moment now) {
  auto empty = std::find_if(nodes_.begin(), nodes_.end(),
                            [](const Node& node) { return node.state == NodeState::Empty; });
  if (empty == nodes_.end()) {
    idle_.reserve(nodes_.size() + 1);  // so that giving back cannot run out of memory
    orders_.reserve(2 * nodes_.size() + 8);
    nodes_.emplace_back();
    ++counts_[static_cast<std::size_t>(NodeState::Empty)];
    empty = nodes_.end() - 1;
  }
  const auto node = static_cast<NodeId>(empty - nodes_.begin());
  set(node, NodeState::Opening, now);
  order(Order::Kind::Open, node);
}

void Machine::refuse_all(Refusal why, Moment now) {
  if (!line_.empty() && why == Refusal::Unreachable) wanted_until_ = later(now, kWantedFor);
  while (!line_.empty()) {
    orders_.push_back({.kind = Order::Kind::Refuse, .who = &line_.pop(), .refusal = why});
  }
}

/// One connection has turned out dead: the others that have not answered since are asked at once.
void Machine::suspect(Moment now) {
  if (shut_) return;
  std::erase_if(idle_, [&](NodeId node) {
    if (now - nodes_[node].proven < kJustNow) return false;
    check(node, now);
    return true;
  });
}

void Machine::check(NodeId node, Moment now) {
  const Moment idle_since = nodes_[node].since;
  set(node, NodeState::Checking, now);
  nodes_[node].since = idle_since;
  nodes_[node].asked = now;
  order(Order::Kind::Check, node);
}

void Machine::close(NodeId node, Moment now, Ending why) {
  set(node, NodeState::Closing, now);
  orders_.push_back({.kind = Order::Kind::Close, .node = node, .ending = why});
}

void Machine::tick(Moment now) {
  if (now >= ceiling_ends_) {
    ceiling_ = settings_.max_size;
    ceiling_ends_ = Moment::max();
  }
  if (reach_.broken(now) && promising(now) == 0) refuse_all(Refusal::Unreachable, now);
  tick_kept(now);
  tick_idle(now);
  tick_lent(now);
  if (!shut_) balance(now);
  planned_ = next_tick(now);
}

void Machine::tick_idle(Moment now) {
  for (const NodeId node : std::vector<NodeId>(idle_)) {
    const Node& one = nodes_[node];
    const bool old = now >= one.expires;
    if (old ||
        (staying() > settings_.min_size && now >= later(one.since, settings_.idle_timeout))) {
      remove_idle(node);
      close(node, now, old ? Ending::Old : Ending::Unneeded);
    } else if (now >= later(one.proven, settings_.check_interval)) {
      remove_idle(node);
      check(node, now);
    }
  }
}

void Machine::tick_lent(Moment now) {
  for (NodeId node = 0; node < nodes_.size(); ++node) {
    Node& one = nodes_[node];
    if (one.state != NodeState::Lent || one.told) continue;
    if (now < later(one.since, settings_.leak_after)) continue;
    one.told = true;
    order(Order::Kind::Leak, node);
  }
}

Moment Machine::next_tick(Moment now) const {
  Moment next = std::min({ceiling_ends_, kept_tick_, opening_due(now)});
  if (!line_.empty()) next = std::min({next, next_disappointment(now), breaks_at(now)});
  for (const Node& node : nodes_) next = std::min(next, node_due(node));
  return next;
}

/// When those who wait are to be refused. While there is hope it is looked at anew.
Moment Machine::breaks_at(Moment now) const {
  return promising(now) > 0 ? Moment::max() : reach_.breaks_at();
}

Moment Machine::node_due(const Node& node) const {
  if (node.state == NodeState::Lent && !node.told) return later(node.since, settings_.leak_after);
  if (node.state != NodeState::Idle) return Moment::max();
  const Moment due = std::min(node.expires, later(node.proven, settings_.check_interval));
  if (staying() <= settings_.min_size) return due;
  return std::min(due, later(node.since, settings_.idle_timeout));
}

/// When the next opening may begin, if one is needed.
Moment Machine::opening_due(Moment now) const {
  if (shut_) return Moment::max();
  const Moment allowed = std::max(now, opening_allowed());
  return std::max(allowed, opening_wanted(allowed));
}

void Machine::start(Moment now) {
  if (shut_) return;
  started_ = true;
  balance(now);
}

void Machine::renew(Moment now) {
  for (Node& node : nodes_) node.expires = std::min(node.expires, now);
  order(Order::Kind::Alarm, 0);
}

void Machine::shut(Moment now) {
  shut_ = true;
  refuse_all(Refusal::Closed, now);
  for (const NodeId node : std::exchange(idle_, {})) close(node, now, Ending::PoolClosed);
  for (NodeId node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].state == NodeState::Kept) close(node, now, Ending::PoolClosed);
  }
}

[[gnu::hot]] void Machine::set(NodeId node, NodeState state, Moment now) {
  Node& one = nodes_[node];
  --counts_[static_cast<std::size_t>(one.state)];
  ++counts_[static_cast<std::size_t>(state)];
  one.state = state;
  one.since = now;
  one.told = false;
}

void Machine::remove_idle(NodeId node) { std::erase(idle_, node); }

void Machine::prove(NodeId node, Moment now) {
  reach_.seen(now);
  nodes_[node].proven = now;
}

[[gnu::hot]] Machine::Sizes Machine::sizes() const noexcept {
  return {.open = open(),
          .idle = count(NodeState::Idle) + count(NodeState::Kept),
          .opening = count(NodeState::Opening),
          .lent = count(NodeState::Lent),
          .waiting = line_.size()};
}

}  // namespace pgjinja::pg::pool
