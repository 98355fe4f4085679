#include "sql/constant_key.hpp"

#include "sql/placeholder.hpp"

#include <array>
#include <utility>

namespace pgjinja::sql {

namespace {

/// What goes on with the name of a type: `timestamp with time zone`, `interval day to second`.
bool goes_on_with_type(const Token& token) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "precision", "varying", "with", "without", "time",   "zone", "year",
      "month",     "day",     "hour", "minute",  "second", "to"};
  return token.is_any_of(kWords);
}

}  // namespace

ConstantKey::ConstantKey(const Statement& statement, TokenReader reader)
    : statement_(statement), reader_(std::move(reader)) {
  next();
}

bool ConstantKey::read() {
  do {
    if (!operand()) return false;
    while (suffix()) {
    }
  } while (depth_ > 0 && token_.is(',') && !at_end_);
  return depth_ == 0;
}

/// `$1` and the parentheses in front of it.
bool ConstantKey::operand() {
  if (parameter_ != 0) next();  // the comma between two of them
  for (; token_.is('(') || token_.is_word("cast"); next()) {
    if (at_end_) return false;
    depth_ += token_.is('(') ? 1 : 0;
  }
  if (at_end_ || token_.kind != TokenKind::Parameter || !is_bound(statement_, token_)) return false;
  if (parameter_ == 0) parameter_ = number_of(token_);
  next();
  return true;
}

/// What leaves a constant a constant.
bool ConstantKey::suffix() {
  if (at_end_) return false;
  const bool closes = depth_ > 0 && token_.is(')');
  if (closes) --depth_;
  const bool casts = token_.is(':') || (depth_ > 0 && token_.is_word("as"));
  if (!closes && !casts && !token_.is_word("collate")) return false;
  next();
  if (closes) return true;
  if (token_.is(':')) next();
  type();
  return true;
}

/// The name of a type or of a collation.
void ConstantKey::type() {
  next();
  while (!at_end_) {
    if (token_.is('.')) {
      next();
    } else if (token_.is('(')) {
      skip_to(')');
    } else if (token_.is('[')) {
      skip_to(']');
    } else if (!goes_on_with_type(token_)) {
      return;
    }
    next();
  }
}

void ConstantKey::skip_to(char closing) {
  while (!at_end_ && !token_.is(closing)) next();
}

void ConstantKey::next() {
  do {
    at_end_ = !reader_.next(token_);
  } while (!at_end_ && token_.kind == TokenKind::Comment);
}

}  // namespace pgjinja::sql
