#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/statement_cache.hpp"
#include "pg/wire/statement_exchange.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace pgjinja::pg::wire {

/// Executes one statement and pauses whenever rows have come (manual 55.2.3): [Close…], its
/// exchange with a row limit, Flush; then for each portion Execute and Flush; at the end, or when
/// no more rows are wanted, Close of the portal and Sync. Without a row limit all rows are asked
/// for at once, with Sync behind them.
///
/// Without Sync between the portions the portal lives on outside a transaction block too.
/// Staleness and retries are as with ExecuteMachine.
class StreamMachine final : public Conversation {
 public:
  /// All arguments must outlive the machine. @throws Error{Config} as Connection::stream() does.
  StreamMachine(SessionState& state, StatementCache& cache, std::string_view sql,
                std::span<const Value> parameters, RowSink& sink, std::uint32_t row_limit);

  /// Asks for the first rows, or for more: to be called before the first wait(), and when paused.
  /// @throws Error{Encode} the first time; nothing is to be sent then.
  void proceed();
  /// No more rows are wanted: goes on to where the session is in step again. Only of one that has
  /// begun.
  void close();
  /// close() was called, and it would take all rows to come to its end.
  [[nodiscard]] bool needs_cancel() const noexcept;
  [[nodiscard]] bool begun() const noexcept { return exchange_.has_value(); }

  /// @throws what the sink threw.
  void check_sink() const;
  /// The result of a machine that is done. @throws what went wrong.
  Outcome finish();

 private:
  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;

  void write_packet();
  void write_close();
  void on_suspended();

  StatementCache& cache_;
  std::string_view sql_;
  std::span<const Value> parameters_;
  RowSink& sink_;
  std::uint32_t row_limit_;

  std::optional<StatementExchange> exchange_;  // none: it has not begun
  std::size_t closes_ = 0;                     // that the server has still to confirm
  std::int64_t rows_ = 0;
  bool suspended_ = false;  // the server waits for us
  bool closing_ = false;
  bool repeat_ = false;
  bool repeated_ = false;
};

}  // namespace pgjinja::pg::wire
