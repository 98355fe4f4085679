#include "jinja/run/cycler.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::jinja {

namespace {

Value next_of(const Value& self, const Args&) { return self.as<Cycler>()->next(); }
Value reset_of(const Value& self, const Args&) {
  self.as<Cycler>()->reset();
  return {};
}

constexpr Method kMethods[] = {
    {"next", 0, 0, next_of},
    {"reset", 0, 0, reset_of},
};

}  // namespace

Cycler::Cycler(std::vector<Value> items) : items_(std::move(items)) {
  if (items_.empty()) throw Error(ErrorKind::Runtime, "cycler takes at least one item");
  for (const Value& item : items_) holds(item);
}

std::optional<Value> Cycler::attribute(std::string_view name) const {
  if (name == "current") return items_[at_];
  if (name == "items") return Value::tuple(items_);
  if (name == "pos") return static_cast<std::int64_t>(at_);
  return std::nullopt;
}

Value Cycler::next() const {
  const Value& current = items_[at_];
  at_ = (at_ + 1) % items_.size();
  return current;
}

std::span<const Method> Cycler::methods() { return kMethods; }

}  // namespace pgjinja::jinja
