#pragma once

#include <pgjinja/pg/pool_hooks.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace pgjinja::pg {

/// What a session is freed from when it comes back to the pool. An open transaction is rolled back
/// in any case.
enum class SessionReset : std::uint8_t {
  /// Nothing else: settings, roles, temporary tables, listening and locks of a session stay.
  Never,
  /// What a statement may have left that looks like it: SET, LISTEN, DECLARE, DO, CALL, CREATE TEMP
  /// TABLE, set_config(…, false), pg_advisory_lock(…) and the like. A function that does so inside
  /// is not seen.
  WhenChanged,
  /// All of that, each time: 10 – 20 µs of the server for each borrowing.
  Always
};

/// How a Pool keeps its connections. Durations of zero or less are at once, those that no clock can
/// show are never.
struct PoolSettings {
  /// PostgreSQL's own limit of max_connections (MAX_BACKENDS).
  static constexpr std::size_t kMostConnections = 262'143;

  std::size_t max_size = 10;
  /// From the first use on so many are kept open, also when nobody needs them.
  std::size_t min_size = 0;
  /// How long a caller waits for a connection, whether it has to come back or to be opened.
  std::chrono::milliseconds acquire_timeout{30'000};
  /// So many callers may wait; further ones get an error at once.
  std::size_t most_waiting = 100'000;
  /// So many sessions are opened at the same time.
  std::size_t most_openings = 4;
  /// A caller has to wait so long before one more connection is opened for it, when others are in
  /// use and may come back. Without a value: as long as openings take, so that nobody waits for
  /// more than twice as long as if the pool had known (the ski-rental rule), and a burst that is
  /// over sooner opens none. 0: at once.
  std::optional<std::chrono::milliseconds> grow_after = {};

  /// A connection is replaced when it is so old, or up to a tenth earlier, so that not all are at
  /// once.
  std::chrono::milliseconds max_lifetime{std::chrono::minutes(60)};
  /// One that nobody has needed for so long is closed, down to min_size.
  std::chrono::milliseconds idle_timeout{std::chrono::minutes(10)};
  /// One that is idle is asked for a sign of life so often.
  std::chrono::milliseconds check_interval{30'000};
  /// One that has been idle for so long is asked for a sign of life before it is lent, which takes
  /// a round trip. Whether the server has closed it is looked at each time, which takes none.
  std::chrono::milliseconds validate_after{5'000};
  /// How long a sign of life may take.
  std::chrono::milliseconds check_timeout{1'000};

  /// After a failed opening the next one begins so much later, and after each further one at twice
  /// that, up to the longest; up to a half less by chance.
  std::chrono::milliseconds first_backoff{10};
  std::chrono::milliseconds longest_backoff{250};
  /// When the server has not been reached for so long, callers get the error at once instead of
  /// waiting for it, until it is there again. For one that has never been reached they wait until
  /// the next attempt has failed.
  std::chrono::milliseconds breaker_after{5'000};

  SessionReset reset = SessionReset::WhenChanged;
  /// Sessions show the label of who has borrowed them as their application_name, behind the pool's
  /// own and a slash, in pg_stat_activity and the server's log. Costs the server 2 – 3 µs for each
  /// borrowing.
  bool label_sessions = false;
  /// A connection lent for longer is told of, once, as PoolEvent::Kind::Leak.
  std::chrono::milliseconds leak_after{60'000};

  PoolHooks hooks = {};
};

}  // namespace pgjinja::pg
