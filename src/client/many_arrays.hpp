#pragma once

#include "client/many.hpp"
#include "sql/insert_shape.hpp"

#include <pgjinja/pg/connection.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja {

/// The INSERT that takes each parameter of `shape` as an array, one element a row; empty when one
/// of the types is not known, or is an array itself.
std::string arrays_sql(const sql::InsertShape& shape, const std::vector<pg::Oid>& types);

/// All rows by INSERT … SELECT FROM unnest(…), a thousand at a time; gives the number of those that
/// were affected, or nothing when arrays cannot do it, or a row's text is another than the first
/// one's: the transaction has to be rolled back then.
/// @throws Error{Server} and others without a place; what binding the rows throws, placed.
std::optional<std::int64_t> insert_arrays(pg::Connection& connection, Many& many,
                                          const sql::InsertShape& shape);

}  // namespace pgjinja
