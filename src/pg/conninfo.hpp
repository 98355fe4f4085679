#pragma once

#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// Settings in the form that libpq takes: keywords and values, without defaults.
struct Conninfo {
  std::map<std::string, std::string> keywords;
  std::chrono::milliseconds timeout{};

  /// NULL-terminated arrays for PQconnectStartParams; they view `keywords`.
  [[nodiscard]] std::vector<const char*> names() const;
  [[nodiscard]] std::vector<const char*> values() const;
};

/// Merges conninfo and keywords and adds what this library needs of the session.
/// @throws Error{Config} for keywords that libpq does not know, or what it cannot read; no message
///         repeats a part that may be a password.
Conninfo make_conninfo(const Settings& settings);

}  // namespace pgjinja::pg
