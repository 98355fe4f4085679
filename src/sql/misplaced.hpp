#pragma once

#include "sql/scanner.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <span>
#include <string>
#include <string_view>

namespace pgjinja::sql {

/// A value or mark at a place where it cannot stand, with all that a hint can be made of.
struct Misplaced {
  const jinja::PrintSite& site;
  const Value& value;
  const ScanState& state;                ///< the scanner's state in front of it
  std::string_view before;               ///< the SQL text in front of it
  std::span<const jinja::Piece> behind;  ///< what stands behind it
};

/// Inside a string, a quoted identifier or a comment.
Error inside(const Misplaced& at);
/// What to write instead of a value inside the string constant that is open at `at`.
std::string string_hint(const Misplaced& at);

/// A mark's text that would merge with what stands next to it, or leaves something open.
Error text_not_closed(const jinja::PrintSite& site, Region left_open);
Error text_merges(const jinja::PrintSite& site);

}  // namespace pgjinja::sql
