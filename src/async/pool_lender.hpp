#pragma once

#include "async/async_pool.hpp"
#include "async/lender.hpp"

namespace pgjinja::async {

/// Lends connections of a pool, which may be gone when one is given back.
class PoolLender final : public Lender {
 public:
  explicit PoolLender(std::weak_ptr<AsyncPool> pool) : pool_(std::move(pool)) {}

  void borrow(const std::shared_ptr<AsyncJob>& job) override;
  void forget(const std::shared_ptr<AsyncJob>& job) override;
  void leaving() override {}
  void give_back(std::shared_ptr<AsyncConnection> connection, const std::string& user) override;
  [[nodiscard]] std::exception_ptr wrong_end(AsyncConnection& connection) const override;

 private:
  std::weak_ptr<AsyncPool> pool_;
};

}  // namespace pgjinja::async
