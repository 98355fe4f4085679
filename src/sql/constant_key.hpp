#pragma once

#include "sql/tokens.hpp"

#include <pgjinja/sql/statement.hpp>

#include <cstddef>

namespace pgjinja::sql {

/// A sort key that is made of bound parameters only: `$1`, `($1)`, `$1::numeric(9, 2)`,
/// `CAST($1 AS int)`, `$1 COLLATE "C"`. It is the same for every row.
class ConstantKey {
 public:
  /// `reader` stands in front of the key.
  ConstantKey(const Statement& statement, TokenReader reader);

  /// Reads it as far as it is such a key, and tells whether it may be one: it is if it ends there.
  bool read();
  /// The number of its first parameter.
  [[nodiscard]] std::size_t parameter() const noexcept { return parameter_; }
  /// Nothing stands behind it; else behind() does.
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }
  [[nodiscard]] const Token& behind() const noexcept { return token_; }

 private:
  bool operand();
  bool suffix();
  void type();
  void skip_to(char closing);
  void next();

  const Statement& statement_;
  TokenReader reader_;
  Token token_;
  bool at_end_ = false;
  std::size_t depth_ = 0;  // of parentheses
  std::size_t parameter_ = 0;
};

}  // namespace pgjinja::sql
