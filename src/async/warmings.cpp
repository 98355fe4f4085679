#include "async/warmings.hpp"

#include <utility>

namespace pgjinja::async {

struct Warmings::Waiting {
  boost::asio::steady_timer timer;
  std::function<std::exception_ptr()> late;
  Then then;
};

Warmings::Warmings(boost::asio::any_io_executor strand) : strand_(std::move(strand)) {}

Warmings::~Warmings() = default;

void Warmings::add(pg::pool::Moment end, std::function<std::exception_ptr()> late, Then then) {
  const auto place = waiting_.insert(
      waiting_.end(),
      Waiting{boost::asio::steady_timer(strand_, end), std::move(late), std::move(then)});
  // The timer goes with its place, and both with this.
  place->timer.async_wait([this, place](const boost::system::error_code& error) {
    if (error) return;
    const Waiting one = std::move(*place);
    waiting_.erase(place);
    one.then(one.late());
  });
}

void Warmings::end(const std::exception_ptr& failure) {
  for (const Waiting& one : std::exchange(waiting_, {})) one.then(failure);
}

void Warmings::drop() { waiting_.clear(); }

}  // namespace pgjinja::async
