#pragma once

#include "testbed.hpp"

#include <cstdint>

/// Which rows the contenders ask for: spread over the table, so that no page is asked for twice in
/// a row.

constexpr int kCallers = 64;

constexpr std::int64_t row_key(int i) { return i * 7919LL % kCities + 1; }
constexpr std::int64_t caller_key(int caller, int i) {
  return (caller * 7919LL + i * 104'729LL) % kCities + 1;
}
