#pragma once

#include "jinja/syntax/arena.hpp"
#include "jinja/syntax/ast.hpp"
#include "jinja/syntax/parser.hpp"

#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/source.hpp>

namespace pgjinja::jinja {

/// The statements of a query that has its file's head in front of it (Source::cut_at), without the
/// head's text, which is to be white space and comments. What else the head may hold are imports,
/// macros and assignments; anything more is Error{Syntax}, which goes to the findings.
ast::Body without_head_text(ast::Body statements, const Source& source, const Options& options,
                            Arena& arena, Findings& findings);

}  // namespace pgjinja::jinja
