#pragma once

#include <cstdint>
#include <string_view>

namespace pgjinja::pg::wire {

/// What a statement may leave in its session for the next one who has it.
enum class SessionChange : std::uint8_t {
  None,
  Settings,  ///< settings and roles, which matter to who has the session
  Some,      ///< of all that also what others may wait for: locks, temporary tables, channels, …
  Prepared   ///< of all that also prepared statements with names of the user's choice
};

/// Judged by the look of it (SET, LISTEN, set_config(…, false), …), and rather too strictly: what a
/// function does inside is not seen. Several statements may be in one text.
SessionChange session_change(std::string_view sql) noexcept;

/// May the statement end a transaction block and keep what was done in it (COMMIT, END, PREPARE
/// TRANSACTION)?
bool may_commit(std::string_view sql) noexcept;

}  // namespace pgjinja::pg::wire
