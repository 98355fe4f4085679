#pragma once

#include "pg/session_driver.hpp"
#include "pg/wire/stream_machine.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace pgjinja::pg {

/// What a RowStream does.
class RowStreamState {
 public:
  /// The other arguments must outlive it. Takes the session's turn and sends nothing yet.
  RowStreamState(std::shared_ptr<SessionDriver> driver, std::string_view sql, std::span<const Value> parameters,
                 RowSink& sink, std::uint32_t fetch_size);
  ~RowStreamState() { close(); }
  RowStreamState(const RowStreamState&) = delete;
  RowStreamState& operator=(const RowStreamState&) = delete;

  bool next(const CallLimits& limits);
  void close() noexcept;
  [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }

 private:
  std::shared_ptr<SessionDriver> driver_;
  std::optional<SessionDriver::Turn> turn_;  // none: it has ended
  wire::StreamMachine machine_;
  Outcome outcome_;
};

}  // namespace pgjinja::pg
