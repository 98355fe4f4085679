#pragma once

#include <pgjinja/jinja/options.hpp>

#include <string_view>

namespace pgjinja::sql {

/// What a text is to PostgreSQL's scanner; made to be given as jinja::Options::summarise, so that
/// a line `-- name:` in a string or in a block comment begins no query.
jinja::TextSummary summarise(std::string_view text);

}  // namespace pgjinja::sql
