#include "client/same_data.hpp"

#include <cmath>
#include <cstdint>

namespace pgjinja {

namespace {

constexpr std::size_t kNan = 0x9E3779B97F4A7C15U;

bool is_nan(const Value& value) { return value.is_float() && std::isnan(value.as_float()); }

std::size_t mix(std::size_t seed, std::size_t hash) {
  return (seed ^ hash) * 0x100000001B3U + (seed >> 29U);
}

/// Recursive: a Value nests at most Value::kMaxDepth levels.
std::size_t hash_data(const Value& value) {
  if (is_nan(value)) return kNan;
  if (value.is_map()) return pgjinja::hash_data(value.as_map());
  if (!value.is_list()) return hash_value(value);
  std::size_t hash = value.as_list().size();
  for (const Value& item : value.as_list()) hash = mix(hash, hash_data(item));
  return hash;
}

bool same(const Value& a, const Value& b) {
  if (a.is_list() && b.is_list()) {
    const List& left = a.as_list();
    const List& right = b.as_list();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!same(left[i], right[i])) return false;
    }
    return true;
  }
  if (a.is_map() && b.is_map()) return same_data(a.as_map(), b.as_map());
  return a == b || (is_nan(a) && is_nan(b));
}

}  // namespace

std::size_t hash_data(const Map& row) {
  std::size_t sum = row.size();  // the order of keys does not count
  for (const Map::Entry& entry : row) sum += mix(entry.hash, hash_data(entry.value));
  return sum;
}

bool same_data(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const Map::Entry& entry : a) {
    const Value* other = b.find(entry.key);
    if (other == nullptr || !same(entry.value, *other)) return false;
  }
  return true;
}

}  // namespace pgjinja
