#pragma once

#include "libpq_peer.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// An Event as pgjinja maps it.
struct TypedEvent {
  std::int64_t id;
  std::string label;
  double value;
  pgjinja::TimestampTz at;
  bool done;
};

/// Rows to be sent in.
std::vector<Event> make_events(int rows);
std::vector<TypedEvent> typed(const std::vector<Event>& events);
