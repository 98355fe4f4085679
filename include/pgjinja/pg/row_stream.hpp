#pragma once

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/outcome.hpp>

#include <memory>

namespace pgjinja::pg {

class RowStreamState;

/// A statement whose rows come as they are asked for, in constant memory: see Connection::stream().
///
/// As long as it has not ended, nothing else can be executed on its connection. The destructor ends
/// it early: what has not been asked for is not computed, beyond fetch_size rows. It may outlive the
/// Connection object; the session is closed then when it has ended. Movable; not to be used from two
/// threads at once.
class RowStream {
 public:
  ~RowStream();
  RowStream(RowStream&&) noexcept;
  RowStream& operator=(RowStream&&) noexcept;

  /// Waits for some more rows and hands them to the sink. False at the end, when the statement is
  /// done; the last rows may have come together with it. `limits` are those of this wait.
  /// @throws what Connection::execute throws; the stream has ended then. A caller that has its rows
  ///         from a stream has all of them only when false was returned.
  bool next(const CallLimits& limits = {});

  /// What the statement did, when next() has returned false.
  [[nodiscard]] const Outcome& outcome() const noexcept;

  /// Ends it now. The connection is usable afterwards, unless the server did not confirm within
  /// Settings::cancel_patience. Does nothing to a stream that has ended.
  void close() noexcept;

 private:
  friend class Connection;
  explicit RowStream(std::unique_ptr<RowStreamState> state) noexcept;
  std::unique_ptr<RowStreamState> state_;
};

}  // namespace pgjinja::pg
