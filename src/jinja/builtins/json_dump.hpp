#pragma once

#include <pgjinja/core/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// What Jinja2's tojson gives: Python's json.dumps with sorted keys and everything beyond ASCII
/// escaped, and `<`, `>`, `&` and `'` too. With `indent`, each element has a line.
/// (core/json writes the JSON that PostgreSQL gets.)
/// @throws Error{Runtime} for what JSON has nothing for, and for keys that have no order;
///         Error{Limit}
std::string json_dump(const Value& value, std::optional<std::string_view> indent);

}  // namespace pgjinja::jinja
