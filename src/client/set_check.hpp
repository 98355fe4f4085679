#pragma once

#include "sql/insert_shape.hpp"

#include <pgjinja/pg/connection.hpp>

#include <string>

namespace pgjinja {

/// By which ways of inserting many rows a table ends up as by one INSERT for each.
struct SetCheck {
  bool one_statement = false;  ///< INSERT of all of them at once
  bool copy = false;           ///< COPY as well
};

/// Asks the server's catalogue. One statement is the same as many unless somebody may look at the
/// table in between, or counts statements: so not with rules, triggers for INSERT or UPDATE, a
/// foreign key to itself, defaults and checks that call functions of the application, and for what
/// is no table (views, foreign tables, also as partitions). COPY besides passes over GENERATED
/// ALWAYS AS IDENTITY, and the server refuses it where a row security policy holds (manual, COPY).
/// All false for a table that there is not.
SetCheck check_set(pg::Connection& connection, const sql::InsertShape& shape,
                   const pg::CallLimits& limits);

/// Its name as TableName.
pg::TableName table_of(const sql::InsertShape& shape);

}  // namespace pgjinja
