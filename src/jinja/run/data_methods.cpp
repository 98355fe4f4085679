#include "jinja/run/map_view.hpp"
#include "jinja/run/method_table.hpp"
#include "jinja/run/number_digits.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

// Python's methods of lists, tuples, maps and numbers.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

const Value& argument(const Args& args, std::size_t index) { return args.positional()[index]; }

Value copy(const Value& self, const Args&) {
  return self.is_list() ? Value(List(self.as_list())) : Value(Map(self.as_map()));
}

// ---- lists and tuples ---------------------------------------------------------------------------

std::int64_t bound(const Args& args, std::size_t index, std::int64_t size, std::int64_t fallback) {
  const std::int64_t at = integer_or(args, index, "", fallback);
  return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
}

Value index(const Value& self, const Args& args) {
  const List& list = self.as_list();
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t end = bound(args, 2, size, size);
  for (std::int64_t i = bound(args, 1, size, 0); i < end; ++i) {
    if (list[static_cast<std::size_t>(i)] == argument(args, 0)) return i;
  }
  fail("the list has no such item");
}
Value count(const Value& self, const Args& args) {
  const List& list = self.as_list();
  return std::count(list.begin(), list.end(), argument(args, 0));
}

constexpr Method kTupleMethods[] = {
    {"count", 1, 1, count},
    {"index", 1, 3, index},
};
constexpr Method kListMethods[] = {
    {"copy", 0, 0, copy},
    {"count", 1, 1, count},
    {"index", 1, 3, index},
};

// ---- maps ---------------------------------------------------------------------------------------

Value get(const Value& self, const Args& args) {
  const Value* found = self.as_map().find(argument(args, 0));
  if (found != nullptr) return *found;
  return args.positional().size() > 1 ? argument(args, 1) : Value();
}
/// A view sees what becomes of a map; one that stays as it is may as well give a list.
Value view(const Value& self, MapView::Part part) {
  if (self.may_change()) return Value::object<MapView>(self, part);
  return Value::list(MapView::items_of(self.as_map(), part));
}
Value items(const Value& self, const Args&) { return view(self, MapView::Part::Items); }
Value keys(const Value& self, const Args&) { return view(self, MapView::Part::Keys); }
Value values(const Value& self, const Args&) { return view(self, MapView::Part::Values); }

constexpr Method kMapMethods[] = {
    {"copy", 0, 0, copy}, {"get", 1, 2, get},       {"items", 0, 0, items},
    {"keys", 0, 0, keys}, {"values", 0, 0, values},
};

// ---- numbers ------------------------------------------------------------------------------------

Value bit_length(const Value& self, const Args&) {
  return static_cast<std::int64_t>(std::bit_width(magnitude_of(as_integer(self))));
}
Value bit_count(const Value& self, const Args&) {
  return static_cast<std::int64_t>(std::popcount(magnitude_of(as_integer(self))));
}
Value conjugate(const Value& self, const Args&) { return positive(self); }
Value is_integer(const Value& self, const Args&) {
  return std::isfinite(self.as_float()) && std::trunc(self.as_float()) == self.as_float();
}

constexpr Method kIntegerMethods[] = {
    {"bit_count", 0, 0, bit_count},
    {"bit_length", 0, 0, bit_length},
    {"conjugate", 0, 0, conjugate},
};
constexpr Method kFloatMethods[] = {
    {"conjugate", 0, 0, conjugate},
    {"is_integer", 0, 0, is_integer},
};

}  // namespace

std::span<const Method> list_methods() { return kListMethods; }
std::span<const Method> tuple_methods() { return kTupleMethods; }
std::span<const Method> map_methods() { return kMapMethods; }
std::span<const Method> integer_methods() { return kIntegerMethods; }
std::span<const Method> float_methods() { return kFloatMethods; }

}  // namespace pgjinja::jinja
