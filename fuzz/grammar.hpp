#pragma once

#include "choices.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::fuzz {

/// Makes texts from a grammar: choices say which alternative is taken.
///
/// A rule is its name on a line of its own, and below it its alternatives, two spaces further in.
/// In these `<name>` stands for what the rule of that name gives, `<serial>` for how many of them
/// the text has had so far, `<empty>` for nothing, and `\n` for a line break. The first alternative
/// has to come to an end: it is taken when there are no more choices, or too many rules in one
/// another.
class Grammar {
 public:
  /// Without the alternatives that ask for one of the rules `without`. Views `text`.
  explicit Grammar(std::string_view text, const std::vector<std::string_view>& without = {});

  std::string expand(std::string_view rule, Choices& choices) const;

 private:
  using Alternatives = std::vector<std::string_view>;
  class Expansion;

  std::map<std::string_view, Alternatives> rules_;
};

}  // namespace pgjinja::fuzz
