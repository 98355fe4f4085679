#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <string>

namespace pgjinja::cli {

/// A field that is not NULL as text, for tables and CSV: as the server writes it, but for bool,
/// which is "true" or "false". `type` is its column's.
std::string field_text(const Value& field, pg::Oid type);

/// Appends a field as JSON: numbers exact (numeric with all its digits; "NaN" and "Infinity" are
/// texts), json and jsonb as they stand, bytea as "\\x…", arrays as arrays, all else as text.
void append_field_json(std::string& out, const Value& field, pg::Oid type);

/// Do columns of this type line up at their right end?
bool is_number_type(pg::Oid type) noexcept;

}  // namespace pgjinja::cli
