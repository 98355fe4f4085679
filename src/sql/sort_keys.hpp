#pragma once

#include <pgjinja/sql/statement.hpp>

namespace pgjinja::sql {

/// The number n of the first placeholder `$n` that is by itself a key of an ORDER BY (where it is a
/// constant and sorts by nothing), or 0.
std::size_t bound_sort_key(const Statement& statement);

}  // namespace pgjinja::sql
