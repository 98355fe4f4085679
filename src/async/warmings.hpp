#pragma once

#include "pg/pool/moment.hpp"

#include <exception>
#include <functional>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pgjinja::async {

/// Who waits until a pool has opened its first connections. All methods are to be called on the
/// executor, a strand.
class Warmings {
 public:
  using Then = std::function<void(std::exception_ptr failure)>;

  explicit Warmings(boost::asio::any_io_executor strand);
  ~Warmings();

  /// `then` is called by end(), or with the failure that `late` gives when that has not come by
  /// then; not at all when this is gone before.
  void add(pg::pool::Moment end, std::function<std::exception_ptr()> late, Then then);
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
  /// All that wait go on.
  void end(const std::exception_ptr& failure);
  /// Nobody waits any more, and nobody is told.
  void drop();

 private:
  struct Waiting;
  boost::asio::any_io_executor strand_;
  std::list<Waiting> waiting_;
};

}  // namespace pgjinja::async
