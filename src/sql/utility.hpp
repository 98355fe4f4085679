#pragma once

#include <string>
#include <string_view>

namespace pgjinja::sql {

/// What to do instead of giving `{{ expression }}` to the statement that `sql` ends in (or is),
/// for the statements that take no parameters at all: SET, DO, COPY, CREATE …; empty for all that
/// take some.
std::string utility_hint(std::string_view sql, std::string_view expression);
/// The same for a value in the body of a DO or CREATE FUNCTION: `$$ … {{ expression }} … $$`.
std::string body_hint(std::string_view sql, std::string_view expression);

}  // namespace pgjinja::sql
