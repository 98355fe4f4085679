#pragma once

#include <cstdint>

namespace pgjinja::jinja {

/// A random number from `low` up to and without `high`. Each thread has its own source, so that
/// renderings do not wait for each other. Nothing for secrets.
std::int64_t random_between(std::int64_t low, std::int64_t high);

}  // namespace pgjinja::jinja
