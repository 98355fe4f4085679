#pragma once

#include "sql/postgres_tokens/agreement.hpp"

#include <string>

namespace pgjinja::sql {

/// The beginning of `text` that libpg_query can be asked about. What is left out is what
/// comparable() says, and in the library of PostgreSQL 13, which takes `?` for a parameter, what
/// stands behind one.
std::string askable(std::string_view text);

/// Asks libpg_query. `text` is askable().
PostgresScan postgres_scan(const std::string& text);

}  // namespace pgjinja::sql
