#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pgjinja::pg::pool {

/// A call that comes to a pool at a moment, counted from the beginning, and keeps a connection for
/// so long.
struct Call {
  std::chrono::microseconds at;
  std::chrono::microseconds takes;
};

/// A part of a load: calls that come by chance, independently of each other (a Poisson process).
struct Phase {
  std::chrono::milliseconds lasts;
  double calls_per_second;
  std::chrono::microseconds takes;
  std::size_t at_once = 0;  ///< and so many in its first moment
};

struct Load {
  std::string name;
  std::vector<Phase> phases;
};

/// In the order of their coming; the same ones for the same seed.
std::vector<Call> calls_of(const Load& load, std::uint32_t seed);

/// More and less in steps; bursts that are over at once; a server that becomes slow for a while.
std::vector<Load> usual_loads();

}  // namespace pgjinja::pg::pool
