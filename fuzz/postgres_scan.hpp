#pragma once

#include "sql/postgres_tokens/agreement.hpp"

#include <string>

namespace pgjinja::sql {

/// Asks libpg_query. `text` has no NUL byte.
PostgresScan postgres_scan(const std::string& text);

}  // namespace pgjinja::sql
