#pragma once

#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

using PGconn = struct pg_conn;

namespace pgjinja::pg {

/// Settings in the form that libpq takes: keywords and values, without defaults.
struct Conninfo {
  std::map<std::string, std::string> keywords;

  /// NULL-terminated arrays for PQconnectStartParams; they view `keywords`.
  [[nodiscard]] std::vector<const char*> names() const;
  [[nodiscard]] std::vector<const char*> values() const;
};

/// Merges conninfo and keywords and adds what this library needs of the session.
/// @throws Error{Config} for keywords that libpq does not know, or what it cannot read; no message
///         repeats a part that may be a password.
Conninfo make_conninfo(const Settings& settings);

/// Where the settings lead: host, hostaddr and port as libpq takes them, lists included; from the
/// environment or the service file that it names when the settings do not say. @throws as
/// make_conninfo()
std::map<std::string, std::string> places_of(const Settings& settings);

/// How long opening may take: what libpq has found in keywords, service file or PGCONNECT_TIMEOUT,
/// else what `settings` say. libpq itself honours it only when it is libpq that waits.
/// @throws Error{Config} for what is no number.
std::chrono::milliseconds connect_timeout(PGconn* conn, const Settings& settings);

}  // namespace pgjinja::pg
