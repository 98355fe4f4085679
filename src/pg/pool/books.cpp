#include "pg/pool/books.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::pg::pool {

namespace {

constexpr std::size_t kMostLabels = 1'000;
constexpr std::string_view kOtherLabels = "…";

/// The counter of a name that is made at its first use.
template <class Counters>
auto& counter(Counters& counters, std::string_view name) {
  const auto found = counters.find(name);
  return found != counters.end() ? found->second : counters[std::string(name)];
}

}  // namespace

std::string_view ending_name(Ending why) noexcept {
  switch (why) {
    case Ending::Broken: return "broken";
    case Ending::Silent: return "silent";
    case Ending::Old: return "old";
    case Ending::Unneeded: return "unneeded";
    case Ending::Unwanted: return "unwanted";
    case Ending::ReadOnly: return "read-only";
    case Ending::PoolClosed: return "pool closed";
  }
  return "";
}

[[gnu::hot]] Books::Record& Books::record(NodeId node) {
  if (node >= records_.size()) records_.resize(node + std::size_t{1});
  return records_[node];
}

[[gnu::hot]] LabelStatistics* Books::label(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = labels_.find(name);
  if (found != labels_.end()) return &found->second;
  return &labels_[std::string(labels_.size() < kMostLabels ? name : kOtherLabels)];
}

void Books::opened(NodeId node, std::uint32_t backend_pid, Moment now,
                   std::chrono::nanoseconds took) {
  record(node) = {.backend_pid = backend_pid, .opened = now, .label = {}, .lent = {}};
  ++so_far_.opened;
  so_far_.opening_times.add(took);
}

void Books::opening_failed(std::string_view sqlstate) {
  ++counter(so_far_.openings_failed, sqlstate);
}

void Books::closed(Ending why) { ++counter(so_far_.closed, ending_name(why)); }

[[gnu::hot]] void Books::lent(NodeId node, std::string_view name, Moment now) {
  Record& one = record(node);
  one.label.assign(name);
  one.lent = now;
  one.is_lent = true;
  ++one.borrowings;
  ++so_far_.borrowed;
  one.counted = label(name);
  if (one.counted != nullptr) ++one.counted->borrowed;
}

[[gnu::hot]] void Books::waited(std::string_view name, std::chrono::nanoseconds time) {
  so_far_.waited.add(time);
  if (LabelStatistics* statistics = label(name)) statistics->waited += time;
}

void Books::not_lent(NodeId node) {
  Record& one = record(node);
  one.is_lent = false;
  --one.borrowings;
  --so_far_.borrowed;
  if (one.counted != nullptr) --one.counted->borrowed;
}

[[gnu::hot]] void Books::returned(NodeId node, Moment now) {
  Record& one = record(node);
  if (!std::exchange(one.is_lent, false)) return;
  const std::chrono::nanoseconds held = now - one.lent;
  so_far_.held.add(held);
  if (one.counted == nullptr) return;
  one.counted->held += held;
  one.counted->longest_held = std::max(one.counted->longest_held, held);
}

void Books::refused(std::string_view reason, std::string_view name) {
  ++counter(so_far_.refused, reason);
  if (LabelStatistics* statistics = label(name)) ++statistics->refused;
}

std::optional<PoolEvent> Books::breaker(const Reach& reach, Moment now) {
  if (reach.broken(now) == broken_since_.has_value()) return std::nullopt;
  if (broken_since_) {
    const Moment since = *std::exchange(broken_since_, std::nullopt);
    return PoolEvent{.kind = PoolEvent::Kind::BreakerClosed, .time = now - since};
  }
  broken_since_ = reach.failing_since();
  return PoolEvent{.kind = PoolEvent::Kind::BreakerOpened, .time = now - *broken_since_};
}

[[gnu::hot]] void Books::sizes(const Machine::Sizes& sizes) noexcept {
  so_far_.most_open = std::max(so_far_.most_open, sizes.open);
  so_far_.most_waiting = std::max(so_far_.most_waiting, sizes.waiting);
}

PooledSession Books::session(NodeId node) const {
  const Record& one = records_[node];
  return {.backend_pid = one.backend_pid,
          .opened = one.opened,
          .borrowings = one.borrowings,
          .label = one.label};
}

std::vector<Holder> Books::holders(Moment now, std::size_t most) const {
  std::vector<Holder> holders;
  for (const Record& one : records_) {
    if (one.is_lent) holders.push_back({one.label, now - one.lent});
  }
  std::sort(holders.begin(), holders.end(),
            [](const Holder& a, const Holder& b) { return a.time > b.time; });
  holders.resize(std::min(holders.size(), most));
  return holders;
}

PoolStatistics Books::statistics(const Machine::Sizes& sizes) const {
  PoolStatistics statistics = so_far_;
  statistics.labels = {labels_.begin(), labels_.end()};
  statistics.open = sizes.open;
  statistics.idle = sizes.idle;
  statistics.lent = sizes.lent;
  statistics.opening = sizes.opening;
  statistics.waiting = sizes.waiting;
  return statistics;
}

}  // namespace pgjinja::pg::pool
