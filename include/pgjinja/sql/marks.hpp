#pragma once

#include <pgjinja/core/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::sql {

/// A mark is a Value that stands for SQL text instead of a parameter. Templates get marks from the
/// filters (see filters.hpp); these functions make the same marks in C++, to be passed in a
/// Context. All are pure: any thread may call them, and the marks are immutable.

/// A name: `"city"`, or `"public"."city"` for several parts. Every part is quoted, always (manual
/// 4.1.1): key words, capitals, dots and quotes inside a part are part of that name.
/// @throws Error{Binding} for no part, an empty part, one over 63 bytes (the server would cut it),
/// one
///         with a NUL byte or with invalid UTF-8.
Value identifier(const std::vector<std::string>& parts);

/// A list of names with commas between, `"id", "name"`: what a template prints as its column list.
/// @throws Error{Binding} for an empty list, and as identifier() does.
Value identifier_list(const std::vector<std::string>& names);

/// A list of parameters in parentheses, `($1, $2, $3)`: the right side of `IN`. A null among
/// `items` becomes a NULL parameter: `x IN (1, NULL)` is never false and `x NOT IN (1, NULL)` never
/// true.
/// @throws Error{Binding} when it is empty (`IN ()` is no SQL), Error{Runtime} for an item that is
/// no
///         plain scalar value, Error{Undefined} for an undefined one.
Value in_list(std::vector<Value> items);

/// Rows of parameters, `($1, $2), ($3, $4)`: what VALUES takes. A list or map among the values is
/// one parameter.
/// @throws Error{Binding} when it is empty, for an empty row, one of another length than the first,
///         and a mark or other object among the values; Error{Undefined} for an undefined one.
Value rows(std::vector<std::vector<Value>> rows);

/// Columns and what they are set to, `"a" = $1, "b" = $2`: what SET takes.
/// @throws Error{Binding} when it is empty and for a value that is a mark or other object, and as
///         identifier() does; Error{Undefined} for an undefined value.
Value assignments(const std::vector<std::pair<std::string, Value>>& columns);

/// The value itself as a constant of the SQL text, for statements that take no parameters (DDL,
/// utility statements): `'it''s'`, `42`, `true`, `NULL`; bytes as a bytea's. The text of the
/// statement then depends on the value. It is right whatever standard_conforming_strings is.
/// @throws Error{Encode} for a NUL byte or invalid UTF-8, Error{Runtime} for a list, map or object,
///         Error{Undefined}.
Value literal(const Value& value);

/// SQL text as it stands. Never make one from outside input.
/// @throws Error{Binding} for a NUL byte or invalid UTF-8.
Value raw(std::string_view text);

}  // namespace pgjinja::sql
