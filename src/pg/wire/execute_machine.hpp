#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/statement_cache.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstddef>
#include <exception>
#include <span>
#include <string_view>

namespace pgjinja::pg::wire {

/// Executes one statement in one round trip (manual 55.2.3).
///
/// First use on this session: [Close…] Parse Describe Bind Execute Sync in one packet, all in text,
/// since only the server knows the types. Later uses: [Close…] Bind Execute Sync, in binary where
/// there is a codec. Close takes leave of statements that fell out of the cache.
///
/// A cached statement may have become wrong: the server has lost it (26000), its result type
/// changed (0A000 of RevalidateCachedQuery), or its parameters' types did (ALTER TABLE, DROP TYPE,
/// search_path: 42883, 22P02, XX000, …). All of that comes at Bind, before anything ran, and looks
/// as a mistake of the caller's would. So whatever Bind says of a cached statement drops it, and
/// outside a transaction block it is prepared anew and executed, unseen by the caller; a mistake of
/// the caller's is told by that second answer. Nor is a value refused because it does not fit a
/// cached type: then too the statement is prepared anew, and the server is asked.
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
  /// What the server has to say next. Everything before Rows is before Execute.
  enum class Step { Close, Parse, ParameterTypes, Columns, Bind, Rows, CopyOut, Sync };

  void answer(const Message& message) override;
  void refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;

  void write_packet();
  void write_later_use(PreparedStatement& known);
  void write_first_use();
  void finish_packet(std::string& out, Step first);
  void append_bind(std::string& out, std::string_view result_formats);
  void encode_parameter(std::size_t index, std::string& out, Format& format);

  void on_close_complete();
  void on_described(const Message& message);
  void on_bound();
  void on_execution(const Message& message);
  void on_row(std::string_view body);
  void on_command_complete(std::string_view body);
  void on_copy_in();
  void expect(const Message& message, MessageType type, Step next);
  void drop_refused_statement(const ErrorFields& fields, Error& error);

  StatementCache& cache_;
  std::string_view sql_;
  std::span<const Value> parameters_;
  RowSink& sink_;

  Step step_ = Step::Close;
  Step after_closes_ = Step::Bind;
  std::size_t closes_ = 0;
  bool began_idle_;
  bool reused_ = false;  // the statement was prepared by an earlier call
  bool repeat_ = false;
  bool repeated_ = false;
  StatementCache::Statements draft_;  // the statement while the server prepares it
  PreparedStatement* statement_ = nullptr;
  Outcome outcome_;
  std::exception_ptr sink_failure_;
};

}  // namespace pgjinja::pg::wire
