#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// A timestamptz in the server's text format, in UTC, as microseconds since 2000-01-01:
/// "2026-01-01 00:00:01+00", with a fraction when there is one.
std::int64_t time_of_text(std::string_view text);
std::string text_of_time(std::int64_t at);
