#pragma once

#include <pgjinja/pg/types.hpp>

#include <string>
#include <string_view>

namespace pgjinja {

/// The C++ type that holds every value of an SQL type, as messages spell it
/// ("std::vector<std::int64_t>"); empty for a type that this library has no codec for.
std::string natural_cpp_type(pg::Oid type);

/// The SQL type whose values a C++ type holds, by its spelling in messages, an optional taken off
/// ("bigint[]"); empty when there is no one such type.
std::string natural_sql_type(std::string_view cpp_type);

}  // namespace pgjinja
