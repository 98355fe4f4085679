#include "jinja/run/arguments.hpp"

#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

StackArguments::StackArguments(const CallSite& site, const Value* first) {
  std::span<const Value> positional(first, site.positional);
  const Value* next = first + site.positional;
  for (const std::string_view keyword : site.keywords) named_.emplace_back(keyword, *next++);
  if (site.star) {
    positional_.assign(positional.begin(), positional.end());
    const std::vector<Value> more = iterate(*next++);
    positional_.insert(positional_.end(), more.begin(), more.end());
    positional = positional_;
  }
  if (site.double_star) spread_named(site, next);
  args_ = Args(positional, named_, site.literals);
}

void StackArguments::spread_named(const CallSite& site, const Value* value) {
  if (!value->is_map()) {
    throw Error(ErrorKind::Runtime,
                fmt::format("'**' takes a map, not {}", kind_name(value->kind())));
  }
  const Map& map = value->as_map();
  if (value->may_change()) keys_.reserve(map.size());  // the callee may change it
  for (const Map::Entry& entry : map) {
    if (!entry.key.is_text()) throw Error(ErrorKind::Runtime, "the keys behind '**' must be texts");
    const Value& key = value->may_change() ? keys_.emplace_back(entry.key) : entry.key;
    const std::string_view name = key.as_text();
    const bool twice = std::any_of(named_.begin(), named_.end(),
                                   [name](const Args::Named& n) { return n.first == name; });
    if (twice) {
      throw Error(ErrorKind::Runtime,
                  fmt::format("{}() got the argument '{}' twice", site.name, name));
    }
    named_.emplace_back(name, entry.value);
  }
}

const Value* Args::get(std::size_t index, std::string_view name) const {
  const Value* found = index < positional_.size() ? &positional_[index] : nullptr;
  for (const Named& named : named_) {
    if (named.first != name) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::Runtime, fmt::format("the argument '{}' was given twice", name));
    }
    found = &named.second;
  }
  return found;
}

bool Args::is_literal(std::size_t index, std::string_view name) const noexcept {
  constexpr std::size_t kCounted = 32;
  if (index < positional_.size()) {
    return index < kCounted && ((literals_.positional >> index) & 1U) != 0;
  }
  for (std::size_t i = 0; i < named_.size() && i < kCounted; ++i) {
    if (named_[i].first == name) return ((literals_.named >> i) & 1U) != 0;
  }
  return false;
}

void Args::allow(std::string_view callee, std::size_t most,
                 std::initializer_list<std::string_view> names) const {
  if (positional_.size() > most) {
    throw Error(ErrorKind::Runtime, fmt::format("{} takes at most {} argument{}, not {}", callee,
                                                most, most == 1 ? "" : "s", positional_.size()));
  }
  for (const Named& named : named_) {
    if (std::find(names.begin(), names.end(), named.first) == names.end()) {
      throw Error(ErrorKind::Runtime, fmt::format("{} has no argument '{}'", callee, named.first));
    }
  }
}

}  // namespace pgjinja::jinja
