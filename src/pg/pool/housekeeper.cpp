#include "pg/pool/housekeeper.hpp"

#include "pg/signals_blocked.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <climits>
#include <string>
#include <system_error>

#include <poll.h>

namespace pgjinja::pg::pool {

namespace {

int milliseconds_until(Moment moment) {
  if (moment == Moment::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

}  // namespace

[[gnu::hot]] void Housekeeper::start() {
  if (started()) return;
  const SignalsBlocked blocked;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorKind::Runtime,
                std::string("the pool's thread cannot be started: ") + error.code().message());
  }
}

void Housekeeper::join() {
  ring();
  if (started()) thread_.join();
}

void Housekeeper::forget() {
  if (started()) thread_.detach();
}

void Housekeeper::run() {
  while (true) {
    house_.work(work_);
    for (const Order& order : work_.orders) begin(order);
    if (work_.over) return errands_.clear();
    Moment until = work_.next;
    for (const Errand& errand : errands_) until = std::min(until, errand.end);
    wait(until);
    end_errands();
  }
}

void Housekeeper::begin(const Order& order) {
  if (order.kind == Order::Kind::Open) return house_.open(order.node);
  const bool closing = order.kind == Order::Kind::Close;
  Errand errand{.node = order.node,
                .closing = closing,
                .session = house_.session(order.node),
                .end = later(Clock::now(), closing ? kFarewell : check_timeout_)};
  if (closing) {
    errand.session->say_goodbye();
  } else if (!errand.session->on_errand()) {
    errand.session->begin_errand("");
  }
  if (!end(errand)) errands_.push_back(std::move(errand));
}

void Housekeeper::wait(Moment until) {
  std::vector<pollfd> entries{{wake_up_.descriptor(), POLLIN, 0}};
  for (const Errand& errand : errands_) {
    entries.push_back({errand.session->transport().socket(), POLLIN, 0});
  }
  ::poll(entries.data(), entries.size(), milliseconds_until(until));
  wake_up_.clear();
}

void Housekeeper::end_errands() {
  std::erase_if(errands_, [this](const Errand& errand) { return end(errand); });
}

/// True: it has ended, one way or the other.
bool Housekeeper::end(const Errand& errand) {
  SessionDriver& session = *errand.session;
  const bool ended = errand.closing ? session.gone() : session.errand_ended();
  if (!ended && Clock::now() < errand.end) return false;
  if (errand.closing) {
    house_.closed(errand.node);
  } else {
    house_.checked(errand.node, ended && session.usable());
  }
  return true;
}

}  // namespace pgjinja::pg::pool
