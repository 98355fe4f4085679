#pragma once

#include "sql/scanner.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <string>
#include <string_view>

namespace pgjinja::sql {

/// A value or mark at a place where it cannot stand, with all that a hint can be made of.
struct Misplaced {
  const jinja::PrintSite& site;
  const Value& value;
  const ScanState& state;   ///< the scanner's state in front of it
  std::string_view before;  ///< the SQL text in front of it
  std::string_view after;   ///< the constant text behind it, up to the next value
};

/// `{{ … }}` as a message or a hint shows it: the user's own expression, or "the value" when that
/// is too long to be quoted.
std::string shown(const jinja::PrintSite& site);
/// `{{ … | filter }}`, with parentheses around the expression where the filter would take a part of
/// it only.
std::string filtered(const jinja::PrintSite& site, std::string_view filter);

/// Inside a string, a quoted identifier or a comment.
Error inside(const Misplaced& at);
/// What to write instead of a value inside the string constant that is open at `at`.
std::string string_hint(const Misplaced& at);

/// Against a word, number, `$` or quote in front of it.
Error glued_before(const Misplaced& at);
/// Against the value or mark that was printed at `left`, with nothing between.
Error glued_to_value(const jinja::PrintSite& left, const Misplaced& at);
/// With `after` against it.
Error glued_after(const jinja::PrintSite& site, std::string_view after);
/// A raw text that would merge with what stands next to it, or leaves something open.
Error raw_not_closed(const jinja::PrintSite& site, Region left_open);
Error raw_merges(const jinja::PrintSite& site);

}  // namespace pgjinja::sql
