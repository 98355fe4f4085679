#pragma once

#include "async/async_pool.hpp"
#include "client/engine.hpp"

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace pgjinja {

/// What the copies of an AsyncClient and its transactions share.
class AsyncCore {
 public:
  AsyncCore(const boost::asio::any_io_executor& given, ClientSettings settings)
      : strand(boost::asio::make_strand(given)),
        pool(std::make_shared<async::AsyncPool>(strand, settings.connection, settings.pool)),
        engine(std::move(settings)) {}
  ~AsyncCore() {
    boost::asio::post(strand, [pool = pool] { pool->close(); });
  }
  AsyncCore(const AsyncCore&) = delete;
  AsyncCore& operator=(const AsyncCore&) = delete;

  boost::asio::any_io_executor strand;
  std::shared_ptr<async::AsyncPool> pool;
  Engine engine;
};

}  // namespace pgjinja
