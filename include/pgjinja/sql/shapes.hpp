#pragma once

#include <pgjinja/jinja/environment.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace pgjinja::sql {

/// One SQL text that a template can give.
struct Shape {
  std::string sql;                      ///< as the binder makes it, with `$1 … $n`
  std::vector<std::string> parameters;  ///< the expression that $1 … $n are printed by
  /// What a value writes into the text beyond its shape: names of columns, say, which stand here
  /// as examples. Empty: this is the text.
  std::vector<std::string> by_value;
  std::string when;  ///< what is true of the values that lead here: "`name` is true"
};

struct ShapeLimits {
  std::size_t shapes = 1'000;  ///< so many are looked for
};

struct Shapes {
  std::vector<Shape> shapes;  ///< each text once, in the order of the template's branches
  bool complete = true;       ///< false: there may be more, for one of the reasons
  std::vector<std::string> reasons;
};

/// The SQL texts that a template can give, worked out without values: both sides of each condition
/// (the same condition has the same answer wherever it is asked), and no, one and two rounds of
/// each loop over what a value lists; two loops over the same list make the same number of rounds.
/// A path that the binder refuses gives no shape: see check() for these.
///
/// May be called concurrently. @throws what loading a template that it includes throws.
[[nodiscard]] Shapes shapes(const jinja::Template& of, const ShapeLimits& limits = {});

}  // namespace pgjinja::sql
