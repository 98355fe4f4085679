#pragma once

#include "sql/misplaced.hpp"

namespace pgjinja::sql {

// A value or mark with nothing between it and what stands next to it.

/// What was printed in front: its site, and what it leaves to be touched (Touch::Nothing for
/// lists, assignments and text of a mark).
struct Neighbour {
  const jinja::PrintSite& site;
  Touch touch;
};

/// Against a word, number, `$` or quote in front of it.
Error glued_before(const Misplaced& at);
/// Against another value or mark in front of it.
Error glued_to_value(const Neighbour& left, const Misplaced& at);
/// With the constant text that `behind` begins with against it.
Error glued_after(const Neighbour& left, std::span<const jinja::Piece> behind);

}  // namespace pgjinja::sql
