#pragma once

#include <pgjinja/jinja/environment.hpp>

namespace pgjinja::sql {

/// Adds the filters of the SQL side to `environment`. Each refuses marks and fragments, whose
/// meaning it would lose; the second name is the one that JinjaSQL has.
///
/// | filter | takes | gives |
/// |---|---|---|
/// | `identifier` | a text, or a list of texts | an identifier mark: `"name"`, `"schema"."table"` |
/// | `in`, `inclause` | a list | a list mark: `($1, $2, $3)` |
/// | `contains` | a text or null | the text for LIKE: wildcards escaped, `%` on both sides |
/// | `startswith` | a text or null | the same with `%` behind |
/// | `endswith` | a text or null | the same with `%` in front |
/// | `raw`, `sqlsafe` | a text | a raw mark: the text as it stands |
/// | `bind` | any value | the value itself, which is bound anyway |
///
/// A text with a dot is one name for `identifier`: `"a.b"`. A dot that comes in from outside so
/// never reaches into another schema; who means a dotted name passes a list, `['a', 'b'] |
/// identifier`.
///
/// The LIKE filters escape `%`, `_` and `\` with a backslash, LIKE's own escape unless the query
/// says ESCAPE (manual 9.7.1). Numbers are refused: a pattern over a number's digits is rarely
/// meant.
void install(jinja::Environment& environment);

}  // namespace pgjinja::sql
