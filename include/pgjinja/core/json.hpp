#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja {

/// A value as JSON text (RFC 8259) without white space, maps in their order: `{"a":[1,2.5,null]}`.
///
/// Floats are written with the fewest digits that read back the same, and always as floats (1.0).
/// Keys that are bool, int, float or null are written as Python's json.dumps does ("1", "true").
/// @throws Error{Binding} for a mark or fragment, which stands for text of a statement;
///         Error{Runtime} for bytes, NaN and infinities, undefined values, other objects, text that
///         is not UTF-8 and keys of other kinds.
std::string to_json(const Value& value);
/// Appends instead; after an exception `out` has an unfinished end.
void append_json(std::string& out, const Value& value);

}  // namespace pgjinja
