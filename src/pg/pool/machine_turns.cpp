// What is kept for a borrower who comes again at once, while others wait (ADR 23).

#include "pg/pool/machine.hpp"

#include <utility>

namespace pgjinja::pg::pool {

namespace {

/// A turn: so many uses, the last of which begins before so long a time is over. To change threads
/// costs microseconds: behind sixteen uses, or a few that are longer, that matters no more.
constexpr std::uint32_t kUsesOfATurn = 16;
constexpr std::chrono::milliseconds kTurn{8};
/// For so long a node is kept for who comes again at once. Whatever happens to the pool ends it, or
/// the next tick, which is looked for that much later: it takes the processor from who works.
constexpr std::chrono::microseconds kKeptFor{50};
constexpr std::chrono::milliseconds kKeptTick{5};

}  // namespace

/// False: nobody waits, or the turn is over.
[[gnu::hot]] bool Machine::keep(NodeId node, Moment now) {
  const Node& one = nodes_[node];
  if (line_.empty() || now >= one.expires) return false;
  if (one.uses >= kUsesOfATurn || now >= one.turn + kTurn) return false;
  set(node, NodeState::Kept, now);
  kept_lately_ = true;
  if (kept_tick_ == Moment::max()) {
    kept_tick_ = now + kKeptTick;
    order(Order::Kind::Alarm, node);
  }
  return true;
}

[[gnu::hot]] std::optional<Machine::Loan> Machine::reclaim(NodeId node, Moment kept, Moment now) {
  if (node >= nodes_.size()) return std::nullopt;
  const Node& one = nodes_[node];
  if (one.state != NodeState::Kept || one.since != kept) return std::nullopt;
  return lend(node, now);
}

/// Whose borrowers have not come again goes to who waits. When nobody does any more the driver asks
/// it first: it may hold what was meant to be undone by the next request.
[[gnu::hot]] void Machine::end_keeping(Moment now) {
  if (count(NodeState::Kept) == 0) return;
  for (NodeId node = 0; node < nodes_.size(); ++node) {
    const Node& one = nodes_[node];
    if (one.state != NodeState::Kept || now < one.since + kKeptFor) continue;
    const bool idle = line_.empty() && !shut_ && now < one.expires;
    idle ? check(node, now) : rest(node, now);
  }
}

void Machine::tick_kept(Moment now) {
  end_keeping(now);
  kept_tick_ = std::exchange(kept_lately_, false) ? now + kKeptTick : Moment::max();
}

}  // namespace pgjinja::pg::pool
