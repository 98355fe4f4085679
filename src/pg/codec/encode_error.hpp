#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstdint>
#include <string_view>

namespace pgjinja::pg {

Error not_encodable(std::string_view message);
Error out_of_range(std::int64_t value, Oid type);
/// For an undefined value, an object, or NULL where the caller must have dealt with it.
Error no_parameter(const Value& value);

/// @throws Error{Encode} for text that no PostgreSQL text type holds.
void check_text(std::string_view text);

}  // namespace pgjinja::pg
