#include "pg/pool/load.hpp"

#include <random>

namespace pgjinja::pg::pool {

using namespace std::chrono_literals;

std::vector<Call> calls_of(const Load& load, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Call> calls;
  std::chrono::duration<double> begin{0};
  for (const Phase& phase : load.phases) {
    const auto end = begin + phase.lasts;
    const auto call = [&phase](std::chrono::duration<double> at) {
      return Call{std::chrono::duration_cast<std::chrono::microseconds>(at), phase.takes};
    };
    calls.insert(calls.end(), phase.at_once, call(begin));
    std::exponential_distribution<> gap(phase.calls_per_second);
    auto at = begin + std::chrono::duration<double>(gap(random));
    for (; at < end; at += std::chrono::duration<double>(gap(random))) calls.push_back(call(at));
    begin = end;
  }
  return calls;
}

std::vector<Load> usual_loads() {
  Load bursts{"bursts", {}};
  for (const std::size_t size : {20U, 40U, 80U, 160U, 40U, 20U}) {
    bursts.phases.push_back({3s, 200, 1ms, size});
  }
  return {{"steps", {{4s, 20, 40ms}, {4s, 250, 40ms}, {4s, 600, 40ms}, {6s, 20, 40ms}}},
          bursts,
          {"slow server", {{5s, 200, 10ms}, {5s, 200, 120ms}, {8s, 200, 10ms}}}};
}

}  // namespace pgjinja::pg::pool
