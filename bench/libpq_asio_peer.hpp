#pragma once

#include "libpq_peer.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

/// What a careful programmer writes by hand on libpq and Asio: some connections, lent to coroutines
/// that wait for them in order; statements prepared once, in binary.
class LibpqAsioPeer {
 public:
  LibpqAsioPeer(boost::asio::io_context& io, const std::string& conninfo, int connections);
  ~LibpqAsioPeer();

  /// One row by primary key.
  boost::asio::awaitable<City> city(std::int64_t id);

 private:
  struct Connection;

  boost::asio::awaitable<Connection*> acquire();
  void release(Connection* connection);

  boost::asio::io_context& io_;
  std::vector<std::unique_ptr<Connection>> all_;
  std::vector<Connection*> idle_;
  struct Waiter {
    boost::asio::steady_timer served;
    Connection* connection = nullptr;
  };
  std::deque<Waiter*> waiting_;
};
