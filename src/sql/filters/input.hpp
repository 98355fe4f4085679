#pragma once

#include <pgjinja/core/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

// What the filters take, and how they refuse what they do not.

/// `filter` takes `wanted`, and not `value`. @throws Error{Undefined, Runtime}
[[noreturn]] void refuse_input(std::string_view filter, std::string_view wanted,
                               const Value& value);
/// The input of a filter that would lose what a mark or fragment stands for.
/// @throws Error{Binding}
[[noreturn]] void refuse_sealed(std::string_view filter, const Value& value);

/// The names in a list of texts. @throws Error{Undefined, Runtime} for anything else
std::vector<std::string> names_in(std::string_view filter, std::string_view wanted,
                                  const Value& list);
/// The keys of a map, which have to be texts. @throws Error{Runtime}
std::vector<std::string> keys_of(std::string_view filter, const Map& map);

}  // namespace pgjinja::sql
