#pragma once

#include "sql/check/atom.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::sql {

/// What has to be true of the values for a rendering to come along one path.
class Assumptions {
 public:
  /// The answer that follows from what is assumed already.
  [[nodiscard]] std::optional<bool> answer(const Atom& atom) const;
  void assume(const Atom& atom, bool yes);

  /// How many rounds a loop over that subject makes: 0, 1, or 2 for more; `nullopt` if any.
  [[nodiscard]] std::optional<int> rounds(const std::string& subject) const;
  /// `subject` may be empty: a loop like no other one.
  void assume_rounds(const std::string& subject, const std::string& text, int rounds);

  /// Takes back what depends on the round of that loop.
  void forget(int loop);
  /// Keeps what both assume.
  void keep_common(const Assumptions& other);
  /// "`a` is true, `b` is false"; empty if nothing is assumed.
  [[nodiscard]] std::string describe() const;

 private:
  struct Entry {
    Atom atom;
    bool yes;
  };
  [[nodiscard]] bool has(const Entry& entry) const;

  std::vector<Entry> entries_;
  std::map<std::string, int> rounds_;
};

}  // namespace pgjinja::sql
