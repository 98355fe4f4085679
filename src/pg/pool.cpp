#include "pg/pool_state.hpp"

#include <pgjinja/pg/pool.hpp>

#include <utility>

namespace pgjinja::pg {

std::string_view pool_event_name(PoolEvent::Kind kind) noexcept {
  switch (kind) {
    case PoolEvent::Kind::Opened: return "opened";
    case PoolEvent::Kind::OpeningFailed: return "opening-failed";
    case PoolEvent::Kind::Closed: return "closed";
    case PoolEvent::Kind::Refused: return "refused";
    case PoolEvent::Kind::Leak: return "leak";
    case PoolEvent::Kind::BreakerOpened: return "breaker-opened";
    case PoolEvent::Kind::BreakerClosed: return "breaker-closed";
  }
  return "";
}

Lease::Lease(PoolState& pool, std::uint32_t node, Connection* connection,
             std::uint64_t answers) noexcept
    : pool_(&pool), connection_(connection), answers_(answers), node_(node) {}
Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_),
      connection_(std::exchange(other.connection_, nullptr)),
      answers_(other.answers_),
      node_(other.node_) {}
Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  pool_ = other.pool_;
  connection_ = std::exchange(other.connection_, nullptr);
  answers_ = other.answers_;
  node_ = other.node_;
  return *this;
}
[[gnu::hot]] Lease::~Lease() { give_back(); }

void Lease::give_back() noexcept {
  if (connection_ == nullptr) return;
  pool_->release({.node = node_, .connection = connection_, .answers = answers_, .lent = true});
  connection_ = nullptr;
}

Pool::Pool(Settings settings, PoolSettings pool_settings)
    : state_(std::make_shared<PoolState>(std::move(settings), std::move(pool_settings))) {}
Pool::Pool(Settings settings, PoolSettings pool_settings, std::function<void()> on_read_only)
    : state_(std::make_shared<PoolState>(std::move(settings), std::move(pool_settings),
                                         std::move(on_read_only))) {}
Pool::~Pool() { state_->close(); }

[[gnu::hot]] Lease Pool::acquire(const CallLimits& limits, std::string_view label) {
  PoolState& state = *state_;  // this may be destroyed while it waits
  const PoolState::Loan loan = state.acquire(limits, label);
  return {state, loan.node, loan.connection, loan.answers};
}

std::vector<Lease> Pool::acquire_idle() {
  const std::shared_ptr<PoolState> state = state_;
  std::vector<Lease> leases;
  while (const auto loan = state->take_idle()) {
    leases.push_back(Lease(*state, loan->node, loan->connection, loan->answers));
  }
  return leases;
}

void Pool::prewarm(const CallLimits& limits) {
  const std::shared_ptr<PoolState> state = state_;
  state->prewarm(limits);
}
void Pool::renew() { state_->renew(); }
bool Pool::drain(std::chrono::steady_clock::time_point deadline) {
  const std::shared_ptr<PoolState> state = state_;
  return state->drain(deadline);
}
PoolStatistics Pool::statistics() const { return state_->statistics(); }
std::size_t Pool::outstanding() const { return state_->outstanding(); }

}  // namespace pgjinja::pg
