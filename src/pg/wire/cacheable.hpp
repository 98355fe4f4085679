#pragma once

#include <string_view>

namespace pgjinja::pg::wire {

/// Is it worth and safe to keep a prepared statement of this text?
///
/// Not for FETCH and EXECUTE: their columns are those of another statement, and the server tells
/// nobody when that one has become another (it revalidates only plans, and utility statements have
/// none), so the columns that were described once vouch for nothing. Not for texts above
/// 64 KiB either: a cache counts statements, and both sides keep the whole text.
bool cacheable(std::string_view sql) noexcept;

/// Is its first keyword COPY?
bool is_copy(std::string_view sql) noexcept;

}  // namespace pgjinja::pg::wire
