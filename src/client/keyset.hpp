#pragma once

#include <pgjinja/core/sort_key.hpp>
#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace pgjinja {

/// A sort key of a page, of whose column it may be known that it never is null.
struct KeysetKey {
  SortKey key;
  bool not_null = false;
};

/// The keys of the opposite order, in which a page before a row is read.
std::vector<KeysetKey> reversed(std::vector<KeysetKey> keys);

/// `"a" DESC`: what stands behind ORDER BY for one key.
std::string keyset_order(const SortKey& key);

/// The condition for the rows behind the one whose keys are `at`, in the order of the keys; that
/// row itself too when `inclusive`. A value that is not null is `$n`, n counted from
/// `first_parameter` on, in the order of the keys; a null is part of the text.
///
/// It is a comparison of rows, which an index serves, when all keys go in one direction and are
/// never null; else each key is compared, nulls where the keys say (manual 9.24.5, 7.5).
std::string keyset_condition(std::span<const KeysetKey> keys, std::span<const Value> at,
                             std::size_t first_parameter, bool inclusive);

}  // namespace pgjinja
