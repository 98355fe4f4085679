#pragma once

#include <pgjinja/core/value.hpp>

#include <set>
#include <string>

namespace pgjinja::sql {

/// A question about the values that a template is rendered with: `name`, `name is defined`,
/// `kind == 'a'`. Only a rendering answers it, but it answers all those about one subject alike.
struct Atom {
  enum class Asks : std::uint8_t { Truth, Defined, Null, Equal, Other };

  Asks asks = Asks::Other;
  std::string subject;  ///< what it asks about; for Other the whole question
  Value constant = {};  ///< Equal: to what
  std::set<int> loops;  ///< the answer may be another one in each round of these
  std::string text;     ///< for messages
};

}  // namespace pgjinja::sql
