#include "pg/wire/required_settings.hpp"

namespace pgjinja::pg::wire {

std::span<const RequiredSetting> required_settings() noexcept {
  // Texts are UTF-8; dates and intervals in text have the one form that is decoded (manual 8.5.2,
  // 8.5.5); without standard strings a backslash would end a literal elsewhere (manual 4.1.2.1).
  static constexpr RequiredSetting kSettings[] = {
      {"client_encoding", "UTF8", "SET client_encoding TO 'UTF8'"},
      {"DateStyle", "ISO", "SET datestyle TO ISO"},
      {"IntervalStyle", "postgres", "SET intervalstyle TO postgres"},
      {"standard_conforming_strings", "on", "SET standard_conforming_strings TO on"},
  };
  return kSettings;
}

}  // namespace pgjinja::pg::wire
