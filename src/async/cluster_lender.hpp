#pragma once

#include "async/async_cluster.hpp"
#include "async/lender.hpp"

namespace pgjinja::async {

/// Lends connections of a cluster, which may be gone when one is given back.
class ClusterLender final : public Lender {
 public:
  explicit ClusterLender(std::weak_ptr<AsyncCluster> cluster) : cluster_(std::move(cluster)) {}

  void borrow(const std::shared_ptr<AsyncJob>& job) override;
  void forget(const std::shared_ptr<AsyncJob>& job) override;
  void leaving() override {}
  void give_back(std::shared_ptr<AsyncConnection> connection, const std::string& user) override;
  [[nodiscard]] bool has_others() const noexcept override { return true; }
  [[nodiscard]] std::exception_ptr wrong_end(AsyncConnection& connection) const override;

 private:
  std::weak_ptr<AsyncCluster> cluster_;
};

}  // namespace pgjinja::async
