#pragma once

#include "pg/wire/backend_messages.hpp"
#include "pg/wire/statement_cache.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::wire {

/// One statement within a request: the messages that ask for its execution, and what the server
/// says to them. Whoever owns it adds Close and Sync, and deals with what goes wrong.
///
/// First use on this session: Parse Describe Bind Execute, all in text, since only the server knows
/// the types. Later uses: Bind Execute, in binary where there is a codec.
class StatementExchange {
 public:
  /// All arguments must outlive the exchange. `row_limit`: so many rows at a time; 0: all at once.
  StatementExchange(StatementCache& cache, std::string_view sql, std::span<const Value> parameters,
                    RowSink& sink, std::uint32_t row_limit = 0);

  /// Appends the messages. A value that does not fit a cached type does not count: the statement is
  /// prepared anew, and the server is asked.
  /// @throws Error{Encode}; `out` may have a half message at its end then.
  void write(std::string& out);
  /// Appends Bind and Execute, in text, of the statement that `first` prepares in the same packet.
  void write_after(const StatementExchange& first, std::string& out);

  /// Appends Execute once more, after Event::Suspended.
  void write_more(std::string& out) const;

  enum class Event : std::uint8_t {
    None,
    Row,
    Suspended,  ///< row_limit rows have come, and there may be more
    CopyIn,
    CopyOut
  };
  /// Takes a message that belongs to this statement. `fields` is scratch memory for rows.
  /// @throws Error{Protocol} for a message out of turn.
  Event answer(const Message& message, std::vector<Field>& fields);
  /// The server refused the statement, which is done then.
  void refused(const ErrorFields& fields);

  /// The sink gets nothing more.
  void drop_rows() noexcept { dropping_ = true; }

  /// Does its packet prepare a statement that is kept, so that write_after() may follow?
  [[nodiscard]] bool keeps() const noexcept { return !reused_ && !statement_->name.empty(); }
  /// What executing it does to the session.
  [[nodiscard]] SessionChange change() const noexcept { return statement_->change; }
  /// The server has bound the statement: it may have begun to execute.
  [[nodiscard]] bool bound() const noexcept { return bound_; }
  /// The server has said all that it has to say to it.
  [[nodiscard]] bool done() const noexcept { return step_ == Step::Done; }
  /// Bind refused what an earlier call had prepared, and a new preparation may fare better.
  [[nodiscard]] bool stale() const noexcept { return stale_; }
  /// The server's reason shows that it was staleness indeed, not a mistake of the caller's.
  [[nodiscard]] bool surely_stale() const noexcept { return surely_stale_; }

  /// The server does not know what this session has prepared.
  [[nodiscard]] bool lost() const noexcept { return lost_; }

  /// What the sink threw, or nullptr.
  [[nodiscard]] const std::exception_ptr& sink_failure() const noexcept { return sink_failure_; }
  [[nodiscard]] Outcome take_outcome() noexcept { return std::move(outcome_); }

 private:
  /// What the server has to say next. Everything before Rows is before Execute.
  enum class Step : std::uint8_t { Parse, ParameterTypes, Columns, Bind, Rows, CopyOut, Done };

  void write_later_use(PreparedStatement& known, std::string& out);
  void write_first_use(std::string& out);
  void append_bind(std::string& out, std::string_view result_formats);
  void encode_parameter(std::size_t index, std::string& out, Format& format);

  void on_described(const Message& message);
  void on_bound(std::vector<Field>& fields);
  Event on_execution(const Message& message, std::vector<Field>& fields);
  void on_row(const Message& message, std::span<Field> fields);
  void on_command_complete(std::string_view body);
  void expect(const Message& message, MessageType type, Step next);
  void drop_if_stale(const ErrorFields& fields);

  StatementCache& cache_;
  std::string_view sql_;
  std::span<const Value> parameters_;
  RowSink& sink_;
  std::uint32_t row_limit_;
  bool dropping_ = false;

  Step step_ = Step::Bind;
  bool reused_ = false;  // the statement was prepared by an earlier call
  bool bound_ = false;
  bool stale_ = false;
  bool surely_stale_ = false;
  bool lost_ = false;
  StatementCache::Statements draft_;  // the statement while the server prepares it
  PreparedStatement* statement_ = nullptr;
  Outcome outcome_;
  std::exception_ptr sink_failure_;
};

}  // namespace pgjinja::pg::wire
