#pragma once

#include <pgjinja/core/value.hpp>

namespace pgjinja::jinja {

/// Lets a template change a new list or map, which nobody else knows; a tuple never changes.
void make_changeable(const Value& value);
/// The same for what an operation gave, and for all in it, as far as nobody else has it: what
/// somebody else has may be in use by another thread.
void adopt(const Value& result);

}  // namespace pgjinja::jinja
