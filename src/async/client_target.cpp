#include "async/client_target.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja {

std::shared_ptr<AsyncJob> ClientTarget::make_job(std::shared_ptr<BatchCall> call,
                                                 std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(std::move(call), std::move(completion), options_);
}

void ClientTarget::begin(const std::shared_ptr<AsyncJob>& job) { core_->pool->begin(job); }

void ClientTarget::cancel(const std::shared_ptr<AsyncJob>& job) {
  boost::asio::post(core_->strand, [pool = core_->pool, job] { pool->cancel(job); });
}

}  // namespace pgjinja
