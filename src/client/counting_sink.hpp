#pragma once

#include <pgjinja/client/call_sink.hpp>

#include <cstdint>

namespace pgjinja {

/// Drops rows and keeps their number.
class CountingSink final : public CallSink {
 public:
  void columns(const std::vector<pg::Column>&) override {}
  void row(std::span<const pg::Field>) override {}
  void finish(pg::Outcome outcome) override { rows_ = outcome.rows; }
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  std::int64_t rows_ = 0;
};

}  // namespace pgjinja
