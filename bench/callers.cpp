#include "callers.hpp"

#include "keys.hpp"
#include "testbed.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> one_caller(int caller, int calls, const Call& call, CitySums& sums) {
  for (int i = 0; i < calls; ++i) {
    const std::int64_t id = caller_key(caller, i);
    const City city = co_await call(id);
    demand(city.id == id, "async");
    sums.add(city);
  }
}

}  // namespace

CitySums run_callers(asio::io_context& io, int calls, const Call& call) {
  CitySums sums;
  for (int caller = 0; caller < kCallers; ++caller) {
    asio::co_spawn(io, one_caller(caller, calls, call, sums),
                   [](const std::exception_ptr& failure) {
                     if (failure != nullptr) std::rethrow_exception(failure);
                   });
  }
  io.restart();
  io.run();
  return sums;
}
