#pragma once

#include "async/transaction_level.hpp"

#include <memory>
#include <utility>

namespace pgjinja {

/// The transactions that are open on one connection, each nested in the one before. Only the
/// innermost of them executes anything.
class OpenLevels {
 public:
  using LevelPtr = std::shared_ptr<TransactionLevel>;

  explicit OpenLevels(LevelPtr outermost) : innermost_(std::move(outermost)) {}

  [[nodiscard]] bool innermost(const TransactionLevel& level) const noexcept {
    return innermost_.get() == &level;
  }
  /// One in the innermost.
  void open(const LevelPtr& level) {
    innermost_ = level;
    level->open = true;
  }
  /// With those in it. Does nothing when it was closed.
  void close(const TransactionLevel& level) {
    while (level.open) {
      innermost_->open = false;
      innermost_ = innermost_->outer();
    }
  }

 private:
  LevelPtr innermost_;
};

}  // namespace pgjinja
