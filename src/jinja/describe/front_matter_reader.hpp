#pragma once

#include "jinja/syntax/parser.hpp"

#include <pgjinja/jinja/delimiters.hpp>
#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// What stands between the fences of a front matter comment: bytes of the source's text.
struct FrontMatterText {
  std::size_t begin;
  std::size_t end;
};

/// The front matter at `from`, white space before it allowed: a comment that begins with exactly
/// three dashes. nullopt for anything else; a comment that is never closed is the lexer's to
/// report.
std::optional<FrontMatterText> find_front_matter(std::string_view text, std::size_t from,
                                                 const Delimiters& delimiters);

/// Reads it. Each mistake is an Error{Syntax} that goes to the findings, with its place.
FrontMatter read_front_matter(const Source& source, FrontMatterText text, Findings& findings);

}  // namespace pgjinja::jinja
