#include "jinja/builtins/random.hpp"

#include <random>

namespace pgjinja::jinja {

std::int64_t random_between(std::int64_t low, std::int64_t high) {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  return std::uniform_int_distribution<std::int64_t>(low, high - 1)(source);
}

}  // namespace pgjinja::jinja
