#pragma once

#include <pgjinja/sql/statement.hpp>

#include <string_view>

namespace pgjinja::sql {

/// `sql` without the semicolon at its end and the comments behind it, as a query has to be that
/// stands in another statement. With a semicolon anywhere else it is left as it is.
std::string_view without_semicolon(std::string_view sql);

/// Is it a query, and so can stand in another's FROM clause: SELECT, VALUES, TABLE, WITH?
/// What it is in parentheses, or behind WITH, is the server's to say.
bool is_query(std::string_view sql);

/// Puts a query between `before` and `after`, which are no template's. Places stay where they were.
void wrap(Statement& query, std::string_view before, std::string_view after);

}  // namespace pgjinja::sql
