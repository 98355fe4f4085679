#include "async/client_target.hpp"

#include "async/bulk_target.hpp"
#include "async/cluster_lender.hpp"
#include "async/stream_target.hpp"
#include "client/local_settings.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja {

std::shared_ptr<AsyncJob> ClientTarget::make_job(std::shared_ptr<BatchCall> call,
                                                 std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(core_->loop, std::move(call), std::move(completion), options_);
}

std::shared_ptr<AsyncStreamSource> ClientTarget::open_stream(Rendering& what,
                                                             std::shared_ptr<AsyncStreamRows> rows,
                                                             const StreamOptions& options) {
  refuse_settings({.settings = options_.settings}, "a stream",
                  "take it in a transaction, for all of which they hold");
  auto stream = std::make_shared<AsyncStreamTarget>(
      core_->strand, std::make_shared<async::ClusterLender>(core_->cluster), options_,
      std::move(rows), options.fetch_size);
  stream->bind(*core_->engine, what);
  return stream;
}

std::shared_ptr<AsyncTarget> ClientTarget::open_bulk(BulkWork work, std::string user) {
  return std::make_shared<BulkTarget>(*core_,
                                      std::make_shared<async::ClusterLender>(core_->cluster),
                                      options_, std::move(work), std::move(user));
}

void ClientTarget::begin(const std::shared_ptr<AsyncJob>& job) { core_->cluster->begin(job); }

void ClientTarget::cancel(const std::shared_ptr<AsyncJob>& job) {
  boost::asio::post(core_->strand, [cluster = core_->cluster, job] { cluster->cancel(job); });
}

}  // namespace pgjinja
