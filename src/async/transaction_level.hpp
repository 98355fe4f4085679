#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace pgjinja {

/// A transaction, or one that is nested in it: a savepoint. Whether it is open belongs to the
/// client's strand.
class TransactionLevel {
 public:
  /// The transaction itself.
  TransactionLevel() : open(true) {}
  /// One that will be nested in `outer`.
  explicit TransactionLevel(std::shared_ptr<TransactionLevel> outer)
      : outer_(std::move(outer)), depth_(outer_->depth_ + 1) {}

  /// nullptr: it is the transaction itself.
  [[nodiscard]] const std::shared_ptr<TransactionLevel>& outer() const noexcept { return outer_; }
  /// How many are around it.
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

  /// Has it begun, and not ended?
  bool open = false;

 private:
  std::shared_ptr<TransactionLevel> outer_;
  std::size_t depth_ = 0;
};

}  // namespace pgjinja
