#include "pg/cluster/topology.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::pg {

std::string_view host_state_name(HostState state) noexcept {
  switch (state) {
    case HostState::Unknown: return "unknown";
    case HostState::Unreachable: return "unreachable";
    case HostState::Primary: return "primary";
    case HostState::ReadOnly: return "read-only";
    case HostState::Replica: return "replica";
  }
  return "";
}

namespace cluster {

namespace {

constexpr std::size_t kMostMarks = 4'096;

HostState state_of(const Answer& answer) {
  if (answer.in_recovery) return HostState::Replica;
  return answer.writes ? HostState::Primary : HostState::ReadOnly;
}

}  // namespace

Topology::Topology(std::size_t hosts, const ClusterSettings& settings)
    : settings_(settings), hosts_(hosts) {}

void Topology::answered(std::size_t host, const Answer& answer, Moment now) {
  Host& one = hosts_[host];
  one.state = state_of(answer);
  one.claims = one.state == HostState::Primary;
  one.timeline = answer.timeline;
  one.position = answer.position;
  one.failure.clear();
  find_primary();
  if (host == primary_ && answer.position) note(*answer.position, now);
}

void Topology::failed(std::size_t host, std::string why) {
  hosts_[host].state = HostState::Unreachable;
  hosts_[host].failure = std::move(why);
}

void Topology::doubt(std::size_t host) {
  hosts_[host].state = HostState::Unknown;
  hosts_[host].claims = false;
  find_primary();
}

/// One that cannot be reached remains the primary until it says otherwise, or another one has been
/// promoted, which begins a new timeline (manual 26.3.5).
void Topology::find_primary() {
  primary_.reset();
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    if (!hosts_[i].claims) continue;
    if (!primary_ || hosts_[i].timeline > hosts_[*primary_].timeline) primary_ = i;
  }
}

void Topology::note(std::uint64_t position, Moment now) {
  marks_.push_back({now, position});
  // One mark before the limit is kept, to see who is behind it.
  const auto old = [&] { return marks_.size() > 2 && now - marks_[1].at > settings_.max_lag; };
  while (old() || marks_.size() > kMostMarks) marks_.pop_front();
}

/// Whoever has replayed all that the primary was seen to have written is not behind. Nothing but
/// that can be known: replicas of a primary that does not write have no newer transaction to show.
std::optional<std::chrono::milliseconds> Topology::lag(const Host& host) const {
  if (host.state != HostState::Replica || !host.position) return std::nullopt;
  if (marks_.empty()) return std::chrono::milliseconds(0);
  const auto reached = std::find_if(marks_.rbegin(), marks_.rend(), [&](const Mark& mark) {
    return mark.position <= *host.position;
  });
  if (reached == marks_.rend()) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(marks_.back().at - reached->at);
}

bool Topology::counts(const Host& host) const {
  const auto behind = lag(host);
  return behind && *behind <= settings_.max_lag;
}

/// Whether it is one for the role by what it is, and not for want of another one.
bool Topology::answers(std::size_t host, Role role) const {
  if (role == Role::Primary) return host == primary_;
  const bool primary = host == primary_ && hosts_[host].state == HostState::Primary;
  return counts(hosts_[host]) || (role == Role::Any && primary);
}

bool Topology::suits(std::size_t host, Role role) const {
  if (answers(host, role)) return true;
  if (host != primary_ || (role == Role::Replica && !settings_.fall_back)) return false;
  for (std::size_t other = 0; other < hosts_.size(); ++other) {
    if (answers(other, role)) return false;
  }
  return true;
}

std::optional<std::size_t> Topology::choose(Role role,
                                            const std::vector<std::size_t>& outstanding) {
  std::optional<std::size_t> best;
  ++turn_;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const std::size_t host = (turn_ + i) % hosts_.size();
    if (suits(host, role) && (!best || outstanding[host] < outstanding[*best])) best = host;
  }
  return best;
}

HostStatus Topology::status(std::size_t host) const {
  const Host& one = hosts_[host];
  return {.name = {},
          .state = one.state,
          .primary = primary_ == host,
          .lag = lag(one),
          .failure = one.failure,
          .pool = {}};
}

}  // namespace cluster
}  // namespace pgjinja::pg
