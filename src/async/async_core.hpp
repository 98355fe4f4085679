#pragma once

#include "async/async_cluster.hpp"
#include "async/loop_end.hpp"
#include "client/engine.hpp"

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace pgjinja {

/// The usual executor's strand is made of that executor itself. It fits into an any_io_executor
/// then, where one made of an any_io_executor would be allocated anew by each post(), several
/// times.
inline boost::asio::any_io_executor strand_of(const boost::asio::any_io_executor& given) {
  using Usual = boost::asio::io_context::executor_type;
  if (const Usual* const usual = given.target<Usual>()) return boost::asio::make_strand(*usual);
  return boost::asio::make_strand(given);
}

/// What the copies of an AsyncClient and its transactions share.
class AsyncCore {
 public:
  AsyncCore(const boost::asio::any_io_executor& given, ClientSettings settings)
      : strand(strand_of(given)),
        loop(async::LoopEnd::of(strand)),
        cluster(async::AsyncCluster::make(strand, settings.connection, settings.pool,
                                          settings.cluster)),
        engine(std::make_shared<Engine>(std::move(settings))) {}
  ~AsyncCore() {
    boost::asio::post(strand, [cluster = cluster] { cluster->close(); });
  }
  AsyncCore(const AsyncCore&) = delete;
  AsyncCore& operator=(const AsyncCore&) = delete;

  boost::asio::any_io_executor strand;
  async::LoopEnd& loop;
  std::shared_ptr<async::AsyncCluster> cluster;
  std::shared_ptr<Engine> engine;  // also of jobs, which may be running when this ends
};

}  // namespace pgjinja
