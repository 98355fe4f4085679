#pragma once

#include <pgjinja/jinja/environment.hpp>

namespace pgjinja::sql {

/// Adds the filters of the SQL side to `environment`. Each refuses marks and fragments, whose
/// meaning it would lose; the second name is the one that JinjaSQL has.
///
/// | filter | takes | gives |
/// |---|---|---|
/// | `identifier` | a text, or a list of texts | an identifier mark: `"name"`, `"schema"."table"` |
/// | `columns` | a list of texts, a map, or a list of maps | the names: `"id", "name"` |
/// | `in`, `inclause` | a list | a list mark: `($1, $2, $3)` |
/// | `values` | a list of lists or of maps | a rows mark: `($1, $2), ($3, $4)` |
/// | `assign` | a map | an assignment mark: `"id" = $1, "name" = $2` |
/// | `contains` | a text or null | the text for LIKE: wildcards escaped, `%` on both sides |
/// | `startswith` | a text or null | the same with `%` behind |
/// | `endswith` | a text or null | the same with `%` in front |
/// | `json` | a plain value | its JSON text; null is JSON's `null` |
/// | `one_of('asc', 'desc')` | a text that equals one of them | a choice mark: that text |
/// | `literal` | a single value | a literal mark: `'it''s'`, `42`, `NULL` |
/// | `raw`, `sqlsafe` | a text or a whole number | a raw mark: the text as it stands |
/// | `bind` | any value | the value itself, which is bound anyway |
///
/// A text with a dot is one name for `identifier`: `"a.b"`. A dot that comes in from outside so
/// never reaches into another schema; who means a dotted name passes a list, `['a', 'b'] |
/// identifier`.
///
/// The names of a map are its keys, those of a list of maps the first one's. Rows that are maps
/// have the same keys, in whatever order: the first row's order counts. `values(['id', 'name'])`
/// and `assign(['id', 'name'])` choose keys from maps that have more, so that whoever made the map
/// does not choose the columns; a key that is missing is an error.
///
/// What `one_of` chooses from are up to 32 string literals of the template, compared as they stand:
/// which one it gives is part of the shape, as with an `if`. With `identifier`, `columns` and
/// `assign`, whose names are quoted, and `raw`, `literal` is what makes the SQL text depend on a
/// value: it is for the few statements that take no parameter.
///
/// `raw` and `sqlsafe` give a fragment (what a macro or a block set printed) back as it is: it is
/// text of the statement already, and its values stay parameters.
///
/// The LIKE filters escape `%`, `_` and `\` with a backslash, LIKE's own escape unless the query
/// says ESCAPE (manual 9.7.1). Numbers are refused: a pattern over a number's digits is rarely
/// meant.
void install(jinja::Environment& environment);

}  // namespace pgjinja::sql
