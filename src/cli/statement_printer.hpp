#pragma once

#include <pgjinja/sql/statement.hpp>

#include <string>

namespace pgjinja::cli {

/// For people: the SQL, then each parameter with its value, its kind and where it comes from.
///
///     SELECT name FROM city LIMIT $1
///
///     $1 = 5 (int)  ← {{ limit }} cities/largest.sql.jinja:1:29
///
/// Values of more than 80 characters are cut off. The text ends with a line break.
std::string describe_statement(const sql::Statement& statement);

/// {"sql": …, "params": […], "types": […], "template": …} with a line break; see value_json.hpp
/// for the values. `types` are the kinds of the values: "text", "int", "list" …
std::string statement_json(const sql::Statement& statement);

}  // namespace pgjinja::cli
