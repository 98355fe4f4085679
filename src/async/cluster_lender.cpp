#include "async/cluster_lender.hpp"

#include "client/left_open.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja::async {

void ClusterLender::borrow(const std::shared_ptr<AsyncJob>& job) {
  if (const auto cluster = cluster_.lock()) return cluster->begin(job);
  job->fail(std::make_exception_ptr(Error(ErrorKind::Config, "the client was closed")));
}

void ClusterLender::forget(const std::shared_ptr<AsyncJob>& job) {
  if (const auto cluster = cluster_.lock()) cluster->cancel(job);
}

void ClusterLender::give_back(std::shared_ptr<AsyncConnection> connection,
                              const std::string& /*user*/) {
  if (const auto owner = cluster_.lock()) owner->give_back(connection);
}

std::exception_ptr ClusterLender::wrong_end(AsyncConnection& connection) const {
  if (connection.session().state().transaction == pg::wire::TransactionStatus::Idle) return nullptr;
  return std::make_exception_ptr(left_open("the statement"));
}

}  // namespace pgjinja::async
