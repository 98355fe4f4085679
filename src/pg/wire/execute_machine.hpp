#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/statement_cache.hpp"
#include "pg/wire/statement_exchange.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace pgjinja::pg::wire {

/// Executes one statement in one round trip (manual 55.2.3): [Close…], its exchange, Sync. Close
/// takes leave of statements that fell out of the cache.
///
/// A cached statement may have become wrong: the server has lost it (26000), its result type
/// changed (0A000 of RevalidateCachedQuery), or its parameters' types did (ALTER TABLE, DROP TYPE,
/// search_path: 42883, 22P02, XX000, …). All of that comes at Bind, before anything ran, and looks
/// as a mistake of the caller's would. So whatever Bind says of a cached statement drops it, and
/// outside a transaction block it is prepared anew and executed, unseen by the caller; a mistake of
/// the caller's is told by that second answer.
///
/// An error is safe_to_retry() when the server raised it before BindComplete and outside a
/// transaction block: messages come in order, so Execute had not begun. It also is when the
/// connection was lost before a byte was sent. In all other cases it is not.
class ExecuteMachine final : public Conversation {
 public:
  /// All arguments must outlive the machine. @throws Error{Encode}; then nothing is to be sent.
  ExecuteMachine(SessionState& state, StatementCache& cache, std::string_view sql,
                 std::span<const Value> parameters, RowSink& sink);

  /// The result of a machine that is done. @throws what went wrong.
  Outcome finish();

 private:
  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;
  [[nodiscard]] bool may_have_taken_effect() const override;
  [[nodiscard]] bool may_be_complete() const override;

  void write_packet();
  void on_copy_in();

  StatementCache& cache_;
  std::string_view sql_;
  std::span<const Value> parameters_;
  RowSink& sink_;

  std::optional<StatementExchange> exchange_;
  std::size_t closes_ = 0;  // that the server has still to confirm
  bool repeat_ = false;
  bool repeated_ = false;
};

}  // namespace pgjinja::pg::wire
