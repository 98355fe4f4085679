#pragma once

#include "client/many.hpp"
#include "sql/insert_shape.hpp"

#include <pgjinja/pg/connection.hpp>

#include <cstdint>
#include <optional>

namespace pgjinja {

/// All rows by one COPY, of a plain INSERT; gives their number, or nothing when a row's text is
/// another than the first one's: the transaction has to be rolled back then.
/// @throws Error{Server} without a place when the server names no row; with the row's place when it
///         does; what the rows throw, placed.
std::optional<std::int64_t> copy_many(pg::Connection& connection, Many& many,
                                      const sql::InsertShape& shape);

}  // namespace pgjinja
