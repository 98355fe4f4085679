#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

namespace pgjinja {

/// When calls have to end although they are not done: see Client::with().
///
/// A statement that runs then is cancelled at the server. The connection is kept when the server
/// confirms that within pg::Settings::cancel_patience, and closed otherwise; in both cases the error
/// is of kind Timeout or Cancelled, and says which limit it was, after how long, and in which
/// template. A statement that ends before its cancellation reaches it is a success.
struct CallOptions {
  /// How long one statement may take, from when it is sent to its last row; of a batch, all of it;
  /// of a stream, each wait for rows.
  /// It goes before the template's @timeout, and that before ClientSettings::query_timeout.
  /// 0: without limit, as with statement_timeout.
  std::optional<std::chrono::milliseconds> timeout = {};
  /// The moment by which every call has to have ended, the wait for a connection included.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// Cancels what runs, or waits for a connection, as soon as another thread requests a stop.
  std::stop_token stop = {};
};

}  // namespace pgjinja
