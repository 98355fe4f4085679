#pragma once

#include <pgjinja/core/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace pgjinja::jinja {

/// The entries in the order that pprint shows them: by their keys, those of types that have no
/// order between them by the names of these types.
std::vector<const Map::Entry*> sorted_entries(const Map& map);

/// The repr with sorted keys, if it has at most `most` code points. It stops as soon as there are
/// more, so that asking at each level of a deep value costs little.
std::optional<std::string> short_repr(const Value& value, std::int64_t most);

}  // namespace pgjinja::jinja
