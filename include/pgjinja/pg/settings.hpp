#pragma once

#include <pgjinja/pg/notice.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace pgjinja::pg {

/// How to reach a server. Everything that is not said here follows libpq's rules: PG* variables,
/// service files, ~/.pgpass (manual 34.1, 34.15 – 34.17).
struct Settings {
  /// "host=… dbname=…" or "postgresql://…"; may be empty.
  std::string conninfo = {};
  /// Single keywords (manual 34.1.2) that go before those of `conninfo`: {"dbname", "app"}.
  std::map<std::string, std::string> keywords = {};
  /// What each session begins with, as its defaults (manual 20.1.3): {"search_path", "app"},
  /// {"application_name", "reports"}, {"jit", "off"}. They are sent as the keyword `options`,
  /// behind what that has otherwise; application_name as a keyword of its own.
  std::map<std::string, std::string> session = {};
  /// Takes what the server says beside its answers; by default that is dropped.
  NoticeHandler notice_handler = nullptr;
  /// For the whole of the opening; a connect_timeout among the keywords, in `conninfo`, in the
  /// service file or PGCONNECT_TIMEOUT goes before it (there 0 means no limit). The look-up of a
  /// host's name is not interrupted.
  std::chrono::milliseconds connect_timeout{10'000};
  /// How long the server has to confirm that a statement was cancelled (see CallLimits) before its
  /// connection is given up. A cancellation takes two or three network round trips.
  std::chrono::milliseconds cancel_patience{200};
  /// How many prepared statements a connection keeps; the least recently used one goes first.
  /// 0: none. Each statement is prepared anew then, unnamed, in the packet of its execution, and
  /// its rows come in text. A pooler in transaction mode needs that (PgBouncer; from 1.21 on it
  /// can do without, by max_prepared_statements).
  std::size_t statement_cache = 256;
  /// At which use on a connection a statement is prepared to be kept; before that it is executed
  /// as without a cache. 1: at the first. More keeps out what is executed only once.
  std::uint32_t prepare_at_use = 1;
};

}  // namespace pgjinja::pg
