#include "jinja/run/demands.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/detail/given_argument.hpp>

#include <limits>

#include <fmt/format.h>

namespace pgjinja::jinja::detail {

namespace {

std::string integer_phrase(std::int64_t lowest, std::uint64_t highest) {
  using Widest = std::numeric_limits<std::int64_t>;
  if (lowest == Widest::min() && highest == static_cast<std::uint64_t>(Widest::max())) {
    return "an integer";
  }
  return fmt::format("an integer from {} to {}", lowest, highest);
}

}  // namespace

const Value& GivenArgument::any() const {
  if (value_ != nullptr) return *value_;
  throw Error(ErrorKind::Runtime, fmt::format("{} needs its {}", callee_->name, part()));
}

const Value& GivenArgument::defined() const {
  const Value& value = any();
  demand_defined(value);
  return value;
}

const Value& GivenArgument::of(Kind kind, std::string_view wanted) const {
  const Value& value = defined();
  if (value.kind() != kind) refuse(wanted);
  return value;
}

bool GivenArgument::boolean() const { return of(Kind::Bool, "true or false").as_bool(); }

std::int64_t GivenArgument::integer(std::int64_t lowest, std::uint64_t highest) const {
  if (!defined().is_int()) refuse(integer_phrase(lowest, highest));
  const std::int64_t number = value_->as_int();
  if (number >= lowest && std::cmp_less_equal(number, highest)) return number;
  refuse(integer_phrase(lowest, highest), std::to_string(number));
}

double GivenArgument::real() const {
  if (defined().is_int()) return static_cast<double>(value_->as_int());
  return of(Kind::Float, "a number").as_float();
}

std::string_view GivenArgument::text() const { return of(Kind::Text, "a text").as_text(); }
const List& GivenArgument::list() const { return of(Kind::List, "a list").as_list(); }
const Map& GivenArgument::map() const { return of(Kind::Map, "a map").as_map(); }

GivenArgument GivenArgument::item(std::size_t index, const Value& value) const {
  GivenArgument item(*callee_, index, &value);
  item.whole_ = this;
  return item;
}

GivenArgument GivenArgument::entry(const Map::Entry& entry) const {
  GivenArgument value(*callee_, 0, &entry.value);
  value.whole_ = this;
  value.key_ = &entry.key;
  return value;
}

std::string_view GivenArgument::key() const {
  if (!key_->is_text()) whole_->refuse("a map with texts as keys", kind_of(*key_));
  return key_->as_text();
}

void GivenArgument::refuse(std::string_view wanted) const {
  const bool sealed = value_->is_object() && value_->as_object().sealed();
  if (!sealed) refuse(wanted, kind_of(*value_));
  throw Error(ErrorKind::Binding, fmt::format("{} would lose what the {}, its {}, stands for",
                                              callee_->name, kind_of(*value_), part()));
}

void GivenArgument::refuse(std::string_view wanted, std::string_view found) const {
  const bool input = whole_ == nullptr && callee_->has_input && index_ == 0;
  throw Error(ErrorKind::Runtime, fmt::format("{} takes {}{}{}, and not {}", callee_->name, wanted,
                                              input ? "" : " as its ", input ? "" : part(), found));
}

/// "input", "argument 'ids'", "argument 2", "argument 'ids', item 3".
std::string GivenArgument::part() const {
  if (whole_ != nullptr && key_ != nullptr) {
    return fmt::format("{}, entry '{}'", whole_->part(), key_->as_text());
  }
  if (whole_ != nullptr) return fmt::format("{}, item {}", whole_->part(), index_ + 1);
  if (callee_->has_input && index_ == 0) return "input";
  const std::size_t at = callee_->has_input ? index_ - 1 : index_;
  const auto& parameters = callee_->signature.parameters();
  return parameters.empty() ? fmt::format("argument {}", at + 1)
                            : fmt::format("argument '{}'", parameters[at].name);
}

}  // namespace pgjinja::jinja::detail
