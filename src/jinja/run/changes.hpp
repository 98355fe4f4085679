#pragma once

#include "core/freezer.hpp"
#include "jinja/run/thawed.hpp"

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <vector>

namespace pgjinja::jinja {

/// What one rendering keeps to let its template change lists and maps: it sees to it that none
/// comes to hold itself, that none is nested too deep, and that a walk over one stays bounded
/// (docs/adr/011).
class Changes {
 public:
  /// What a name of the context stands for; see Thawed::of().
  const Value* thaw(const Value& given) { return thawed_.of(given); }
  /// A value as it is now. Between two changes each is copied only once.
  Value frozen(const Value& value) { return freezer_.freeze(value); }
  /// The memory that these copies have taken since the last change, roughly.
  [[nodiscard]] std::size_t frozen_bytes() const noexcept { return freezer_.bytes(); }

  /// The extent of a value as it is now. @throws Error{Limit} when it is too large for a walk
  std::uint64_t extent(const Value& value);
  /// Has something grown inside of another? From then on Value::extent() may be too small.
  [[nodiscard]] bool stale() const noexcept { return epoch_ != 0; }

  // For the methods that change `self`. To be told first what it will hold, then what it held.

  /// @throws Error{Runtime} when `self` would come to hold itself, Error{Limit} when it would be
  /// nested too deep, or be too large
  void add(const Value& self, const Value& held);
  void remove(const Value& self, const Value& held);
  /// `self` holds nothing any more.
  void empty(const Value& self);
  /// What it holds stands in another order.
  void reorder();

  /// Work that a method does beyond one instruction.
  void work(std::uint64_t units) noexcept { work_ += units; }
  [[nodiscard]] std::uint64_t take_work() noexcept {
    return std::exchange(work_, 0) + thawed_.take_work();
  }

 private:
  void resize(detail::Shared& shared, std::int64_t by);
  void lower(const Value& value, std::uint32_t most, const detail::Shared& holder);
  std::uint64_t measure(const Value& value);
  std::uint64_t measure_contents(const Value& value);

  Thawed thawed_;
  Freezer freezer_;
  std::uint32_t epoch_ = 0;  // how often something has grown that another one holds
  std::uint64_t work_ = 0;
};

}  // namespace pgjinja::jinja
