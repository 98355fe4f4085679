#include "async/pool_lender.hpp"

#include "client/left_open.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja::async {

void PoolLender::borrow(const std::shared_ptr<AsyncJob>& job) {
  if (const auto pool = pool_.lock()) return pool->begin(job);
  job->fail(std::make_exception_ptr(Error(ErrorKind::Config, "the client was closed")));
}

void PoolLender::forget(const std::shared_ptr<AsyncJob>& job) {
  if (const auto pool = pool_.lock()) pool->cancel(job);
}

void PoolLender::give_back(std::shared_ptr<AsyncConnection> connection,
                           const std::string& /*user*/) {
  if (const auto owner = pool_.lock()) owner->give_back(connection);
}

std::exception_ptr PoolLender::wrong_end(AsyncConnection& connection) const {
  if (connection.session().state().transaction == pg::wire::TransactionStatus::Idle) return nullptr;
  return std::make_exception_ptr(left_open("the statement"));
}

}  // namespace pgjinja::async
