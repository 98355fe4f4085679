#pragma once

namespace pgjinja::fuzz {

/// Templates with everything that the language has, for Grammar; most of them can be rendered with
/// random_context(): `a`, `b` and `c` are anything there, `s` and `w` texts, `n` and `z` numbers,
/// `xs` and `rows` lists, `m` a map, `q` and `v` marks. `main` may extend `base` and include
/// `inner` and `lib`. What needs SQL's filters asks for <sql>, what comes out differently each time
/// for <chance>.
inline constexpr const char* kTemplateGrammar =
#include "template_grammar.inc"
    ;

}  // namespace pgjinja::fuzz
