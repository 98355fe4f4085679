#pragma once

#include "choices.hpp"

#include <pgjinja/core/context.hpp>

namespace pgjinja::fuzz {

/// A value of any kind, nested at most `depth` times; texts and bytes may be any bytes at all.
Value random_value(Choices& choices, unsigned depth);

/// Values for the names that kTemplateGrammar uses.
Context random_context(Choices& choices);

}  // namespace pgjinja::fuzz
