#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/copy.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/pipeline.hpp>
#include <pgjinja/pg/row_stream.hpp>
#include <pgjinja/pg/rows.hpp>
#include <pgjinja/pg/settings.hpp>
#include <pgjinja/pg/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace pgjinja::pg {

class SessionDriver;

/// One session. Movable; not to be used from two threads at once.
///
/// libpq opens the session (TLS, SCRAM, certificates, service files); after that the extended query
/// protocol is spoken by this library on libpq's socket or TLS session.
class Connection {
 public:
  /// Opens a session. @throws Error{Connection} with libpq's text and what to look at,
  /// Error{Config} for settings that libpq does not understand. No message shows a password.
  /// The deadline of `limits` ends the opening, with Error{Connection}, when the settings' own
  /// timeout does not end it earlier. Error{Cancelled} when a stop was requested, which the look-up
  /// of a host's name does not notice.
  explicit Connection(const Settings& settings, const CallLimits& limits = {});
  /// One that speaks over a session which others have opened, and leave alone meanwhile: of this
  /// library's own making.
  explicit Connection(std::shared_ptr<SessionDriver> session) noexcept;
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  /// Executes one statement with its parameters in one round trip: it is prepared at its first use
  /// on this connection, together with the execution, and reused afterwards.
  ///
  /// The first use sends and receives text, since only the server knows the types; later ones are
  /// binary where there is a codec.
  /// A statement that the server no longer takes as it was prepared (types of its result or its
  /// parameters changed, DEALLOCATE) is prepared anew and executed, unless a transaction block is
  /// open.
  /// FETCH, EXECUTE and texts above 64 KiB are prepared at each use, always in text.
  ///
  /// @throws Error{Server} with sqlstate(), sql_position(), parameter(); the session stays usable.
  ///         It is safe_to_retry() when the server refused before it began to execute, outside a
  ///         transaction block.
  ///         Error{Server} for COPY from or to the client: see copy_in() and copy_out().
  ///         Error{Encode} with parameter() before anything is sent.
  ///         Error{Connection} when the session is lost: usable() is false from then on.
  ///         Error{Protocol} for bytes that no server sends: usable() is false as well.
  ///         Error{Config} when called from a sink of this connection, from a forked child, or
  ///         when the statement set DateStyle, IntervalStyle, client_encoding or
  ///         standard_conforming_strings to what results cannot be read with (usable() is false).
  ///         Error{Timeout} and Error{Cancelled} as `limits` say.
  ///         What `sink` throws, when the rest of the answer has been read.
  Outcome execute(std::string_view sql, std::span<const Value> parameters, RowSink& sink,
                  const CallLimits& limits = {});

  /// Executes several statements in one round trip (manual 55.2.4). Up to what the machine's memory
  /// holds: the whole packet is built before it is sent, and the rows come as they do for
  /// execute().
  ///
  /// The first use of a statement is in text, also when it stands in the pipeline several times.
  /// Unlike execute(), a statement that the server no longer takes as it was prepared is not
  /// repeated: that entry is `stale`.
  ///
  /// Entries have to be new ones, as PipelineEntry{sql, parameters, sink}. What becomes of each is
  /// said in it; the call throws only what keeps all of them from being sent: Error{Encode} and
  /// Error{Config} (the latter also for COPY), which the entry to blame has as its failure too.
  /// Errors are as those of execute(); when the connection is lost, all entries that the server had
  /// not finished have that error. Together: they are in one transaction, but for those that begin
  /// or end one by themselves.
  void pipeline(std::span<PipelineEntry> entries, Grouping grouping, const CallLimits& limits = {});

  /// Copies the rows of `copy.source` into a table (COPY FROM STDIN), and says in `copy` what
  /// became of it: all of them, or none. The columns' types are asked of the server first, each
  /// time, and hold until the end. Rows are asked for as the socket takes them, in pieces of about
  /// 64 KiB, so that memory does not grow with their number.
  /// @throws Error{Server} when the server refuses, at once also in the middle of the rows; the
  ///         row that it names is in `copy`, and not the value in the error. It is safe_to_retry()
  ///         when it refused before `copy.begun`, outside a transaction block.
  ///         What the source throws; Error{Encode} for a row of another width than `copy.columns`,
  ///         or of more than 1 GiB. The server has been told to keep nothing then.
  ///         Error{Config} for names that are none; all others as execute(). `limits` are looked at
  ///         between two pieces, not while the source makes one.
  Outcome copy_in(CopyIn& copy, const CallLimits& limits = {});

  /// Executes COPY (query) TO STDOUT and gives its rows to `sink`: in binary when all columns have
  /// a codec, else all in text; also at the first use. COPY takes no parameters. `columns` of the
  /// sink live as long as the call.
  /// @throws Error{Config} for a query that returns no rows; others as execute(); a position is one
  ///         in `query`. What `sink` throws, when all rows have been read.
  Outcome copy_out(std::string_view query, RowSink& sink, const CallLimits& limits = {});

  /// Has a statement described without executing it: one round trip.
  /// @throws as execute()
  Description describe(std::string_view sql, const CallLimits& limits = {});

  /// Executes one statement whose rows are taken in portions. `fetch_size` rows are asked for at a
  /// time (a portal with a row limit, manual 55.2.3): each time that costs a round trip, and the
  /// server makes no parallel plan of it. 0: all are asked for at once, and the server is held up
  /// by the socket when they are not taken; ending such a stream early cancels the statement, so
  /// that it cannot be had in a transaction block.
  ///
  /// All arguments must outlive the stream, at whose first next() the statement is sent. It runs in
  /// a transaction of its own, unless a block is open, which ends with the stream.
  /// @throws Error{Config} for COPY, for a fetch_size of 0 in a transaction block, above
  ///         2^31 - 1, and as execute() does.
  RowStream stream(std::string_view sql, std::span<const Value> parameters, RowSink& sink,
                   std::uint32_t fetch_size);

  /// Runs a script of statements without parameters (simple query protocol); rows are dropped.
  /// @throws Error{Server} for the first statement that fails.
  void run_script(std::string_view sql, const CallLimits& limits = {});

  /// False after the session was lost or broken in mid-message, and in a forked child.
  [[nodiscard]] bool usable() const noexcept;
  /// Usable, and the server has neither closed it nor sent anything since the last statement: one
  /// poll() without waiting. What a pool asks before it hands out an idle connection.
  [[nodiscard]] bool quiet() const noexcept;
  /// True inside a transaction block, failed or not.
  [[nodiscard]] bool in_transaction() const noexcept;
  /// True inside a transaction block in which a statement has failed.
  [[nodiscard]] bool transaction_failed() const noexcept;
  /// What the server reported about itself: "server_version", "TimeZone", … or empty.
  [[nodiscard]] std::string_view server_parameter(std::string_view name) const;
  [[nodiscard]] std::uint32_t backend_pid() const noexcept;
  /// How many statements this connection has prepared and still holds.
  [[nodiscard]] std::size_t prepared_statements() const noexcept;
  /// For this library's own parts.
  [[nodiscard]] const std::shared_ptr<SessionDriver>& session() const noexcept { return driver_; }

 private:
  std::shared_ptr<SessionDriver> driver_;  // also of its streams
};

}  // namespace pgjinja::pg
