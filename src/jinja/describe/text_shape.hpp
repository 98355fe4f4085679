#pragma once

#include <string_view>

namespace pgjinja::jinja {

// Texts that the server would read in a type, in the forms that this library writes itself
// (core/scalars.hpp). PostgreSQL reads many more, "tomorrow" among them: a declared parameter takes
// none that depends on the session's settings or on the day.

/// "2024-02-29", "0044-03-15 BC", "infinity".
bool reads_as_date(std::string_view text) noexcept;
/// "12:30", "12:30:59.123456", "24:00:00".
bool reads_as_time(std::string_view text) noexcept;
/// A date and a time with a space or `T` between. An offset would be ignored by the server.
bool reads_as_timestamp(std::string_view text) noexcept;
/// The same with its offset: "+00", "-03:30", "Z". Without one it would mean the session's zone.
bool reads_as_timestamptz(std::string_view text) noexcept;
/// "12", "-0.50", ".5", "1e10", "NaN", "Infinity".
bool reads_as_decimal(std::string_view text) noexcept;
/// What Uuid::parse() takes.
bool reads_as_uuid(std::string_view text);

}  // namespace pgjinja::jinja
