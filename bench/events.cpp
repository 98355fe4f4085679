#include "events.hpp"

#include <chrono>

std::vector<Event> make_events(int rows) {
  std::vector<Event> events;
  for (std::int64_t i = 0; i < rows; ++i) {
    events.push_back(
        {i, "event " + std::to_string(i), static_cast<double>(i) / 3.0, i * 1'000'000, i % 2 == 0});
  }
  return events;
}

std::vector<TypedEvent> typed(const std::vector<Event>& events) {
  constexpr std::int64_t kEpoch = 946'684'800'000'000;  // of the server, in ours
  std::vector<TypedEvent> out;
  for (const Event& event : events) {
    out.push_back({event.id, event.label, event.value,
                   pgjinja::TimestampTz(std::chrono::microseconds(kEpoch + event.at)), event.done});
  }
  return out;
}
