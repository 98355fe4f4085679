#pragma once

#include <pgjinja/pg/cluster_settings.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace pgjinja {

/// How calls are made: see Client::with(). With which settings, and when they have to end although
/// they are not done.
///
/// A statement that runs then is cancelled at the server. The connection is kept when the server
/// confirms that within pg::Settings::cancel_patience, and closed otherwise; in both cases the
/// error is of kind Timeout or Cancelled, and says which limit it was, after how long, and in which
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
  /// Settings that hold for each call alone, as SET LOCAL makes them (manual 20.1.3), in the packet
  /// of its statement: {"application_name", "reports"}, {"plan_cache_mode", "force_custom_plan"},
  /// {"app.user_id", "7"} for row level security. Values are bound, not pasted. Of a transaction
  /// that is begun with them, they hold for all of it. A statement that refuses to be in a
  /// transaction with others (VACUUM) refuses them. A stream with them is a transaction, and takes
  /// its rows in portions. copy_out(), run_script() and Batch::run_each() take none: Error{Config}.
  std::map<std::string, std::string> settings = {};
  /// Who calls: "shop/checkout". Before the name of the template, with a slash between them, it is
  /// the label by which the pool knows who has a connection: see pg::Pool::acquire().
  std::string label = {};
  /// Which server may execute the call, of several: see ClientSettings::cluster. Without a value a
  /// template that says @read_only goes to a replica, and everything else to the primary. Of a
  /// transaction or a batch it is for all of it. It forbids nothing: a statement that writes fails
  /// on a replica, and does not where there is none.
  std::optional<pg::Role> role = {};
};

}  // namespace pgjinja
