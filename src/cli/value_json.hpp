#pragma once

#include <pgjinja/core/value.hpp>

#include <string>
#include <string_view>

namespace pgjinja::cli {

/// JSON for values in and out of the command line. What JSON has no word for is an object with one
/// key: {"$bytes": base64}, {"$text": base64} (a text that is not UTF-8), {"$float": "NaN"},
/// {"$decimal": "1.50"}, {"$date": "…"}, {"$timestamp": "…"}, {"$uuid": "…"}: these four are texts
/// to the templates and to the server, and come out as they went in.
///
/// Reads one JSON text (RFC 8259). `name` is what messages call it: a file's path, or "--params".
/// Integers are exact. An object with the same key twice is refused: one of the two is a mistake.
/// @throws Error{Config} with the place for what is no JSON, an integer beyond 64 bits or a float
///         beyond a double's range; Error{Limit} when nested deeper than Value::kMaxDepth.
Value read_json(std::string_view text, std::string_view name);

/// Appends `value` to `out`. @throws Error{Runtime} for an object (a mark, a macro …).
void append_value_json(std::string& out, const Value& value);

/// Appends a text as a JSON string, whatever its bytes: those that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pgjinja::cli
