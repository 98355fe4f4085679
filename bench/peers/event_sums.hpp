#pragma once

#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

/// What is compared between contenders that read events: rows, and of their columns the sums of
/// ids, letters, thirds, milliseconds since 2000, and of those that are done.

inline std::int64_t milliseconds(std::int64_t at) { return at / 1000; }
inline std::int64_t milliseconds(pgjinja::TimestampTz at) {
  return (at.time_since_epoch() - std::chrono::seconds(946'684'800)) / std::chrono::milliseconds(1);
}

template <class Row>
std::string sums_of(const std::vector<Row>& events) {
  std::int64_t ids = 0;
  std::int64_t letters = 0;
  std::int64_t thirds = 0;
  std::int64_t times = 0;
  std::int64_t done = 0;
  for (const Row& event : events) {
    ids += event.id;
    letters += static_cast<std::int64_t>(event.label.size());
    thirds += std::llround(event.value * 3);
    times += milliseconds(event.at);
    done += event.done ? 1 : 0;
  }
  std::string text = std::to_string(events.size());
  for (const std::int64_t sum : {ids, letters, thirds, times, done}) {
    text += " " + std::to_string(sum);
  }
  return text;
}
