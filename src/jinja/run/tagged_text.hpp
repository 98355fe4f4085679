#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja::jinja {

// What Python's str() and repr() show of its Decimal, date, datetime and UUID, for texts that have
// such a tag. A text that is none of that kind is shown as it stands, and in quotes.

void append_tagged_str(const Value& text, std::string& out);
/// False when `text` has no tag or does not hold what its tag says; nothing is appended then.
bool append_tagged_repr(const Value& text, std::string& out);

}  // namespace pgjinja::jinja
