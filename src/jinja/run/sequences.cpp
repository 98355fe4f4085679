#include "jinja/run/operators.hpp"
#include "jinja/run/undefined_values.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

// Items, slices and iteration: the half of operators.hpp that looks into sequences and maps.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

std::string_view what(const Value& v) {
  return v.is_object() ? v.as_object().type_name() : kind_name(v.kind());
}

/// Python's rule for a slice: negative counts from the end, then clamped into [low, high].
std::int64_t slice_bound(const Value& bound, std::int64_t size, std::int64_t fallback,
                         std::int64_t low, std::int64_t high) {
  if (bound.is_null()) return fallback;
  std::int64_t i = bound.is_bool() ? (bound.as_bool() ? 1 : 0) : bound.as_int();
  if (i < 0) i += size;
  return std::clamp(i, low, high);
}

template <class Take>
void slice_indexes(std::int64_t size, const Value& start, const Value& stop, const Value& step,
                   Take take) {
  const std::int64_t by = step.is_null() ? 1 : step.as_int();
  if (by == 0) fail("the step of a slice cannot be zero");
  if (by > 0) {
    const std::int64_t to = slice_bound(stop, size, size, 0, size);
    for (std::int64_t i = slice_bound(start, size, 0, 0, size); i < to; i += by) {
      take(static_cast<std::size_t>(i));
      if (by >= size - i) break;  // the next step would be behind the end, or overflow
    }
    return;
  }
  const std::int64_t to = slice_bound(stop, size, -1, -1, size - 1);
  for (std::int64_t i = slice_bound(start, size, size - 1, -1, size - 1); i > to; i += by) {
    take(static_cast<std::size_t>(i));
    if (by < -i) break;
  }
}

/// The index into `size` elements that `index` means, or -1.
std::int64_t element_index(const Value& index, std::size_t size) {
  const auto n = static_cast<std::int64_t>(size);
  std::int64_t i = index.is_bool() ? (index.as_bool() ? 1 : 0) : index.as_int();
  if (i < 0) i += n;
  return i >= 0 && i < n ? i : -1;
}

}  // namespace

Value item(const Value& object, const Value& index, UndefinedPolicy policy) {
  if (object.is_undefined() && object.undefined_chains()) return object;
  demand_defined(object);
  const bool numeric = index.is_int() || index.is_bool();
  const bool hashable = !index.is_map() && !(index.is_list() && !index.as_list().is_tuple());
  if (object.is_map() && hashable) {
    const Value* found = object.as_map().find(index);
    return found == nullptr ? undefined_element(policy, object, index) : *found;
  }
  if (object.is_list() && numeric) {
    const std::int64_t i = element_index(index, object.as_list().size());
    return i < 0 ? undefined_element(policy, object, index)
                 : object.as_list()[static_cast<std::size_t>(i)];
  }
  if (object.is_text() && numeric) {
    std::string_view text = object.as_text();
    std::int64_t i = element_index(index, count_code_points(text));
    if (i < 0) return undefined_element(policy, object, index);
    for (; i > 0; --i) text.remove_prefix(first_code_point(text).size());
    return Value(first_code_point(text));
  }
  if (object.is_object() && index.is_text()) {
    if (const auto attribute = object.as_object().attribute(index.as_text())) {
      return attribute->is_undefined() ? by_policy(policy, *attribute) : *attribute;
    }
  }
  if (object.is_object() && numeric) {
    if (const auto items = object.as_object().iterate()) {
      const std::int64_t i = element_index(index, items->size());
      return i < 0 ? undefined_element(policy, object, index)
                   : (*items)[static_cast<std::size_t>(i)];
    }
  }
  return undefined_element(policy, object, index);
}

Value slice(const Value& object, const Value& start, const Value& stop, const Value& step) {
  if (object.is_undefined() && object.undefined_chains()) return object;
  demand_defined(object);
  if (object.is_list()) {
    const List& list = object.as_list();
    std::vector<Value> out;
    slice_indexes(static_cast<std::int64_t>(list.size()), start, stop, step,
                  [&](std::size_t i) { out.push_back(list[i]); });
    return Value(List(std::move(out), list.is_tuple()));
  }
  if (!object.is_text()) fail(fmt::format("{} cannot be sliced", what(object)));
  const std::vector<std::string_view> points = code_points(object.as_text());
  std::string out;
  slice_indexes(static_cast<std::int64_t>(points.size()), start, stop, step,
                [&](std::size_t i) { out += points[i]; });
  return out;
}

std::int64_t length(const Value& value) {
  switch (value.kind()) {
    case Kind::Undefined: return 0;
    case Kind::Text: return static_cast<std::int64_t>(count_code_points(value.as_text()));
    case Kind::Bytes: return static_cast<std::int64_t>(value.as_bytes().size());
    case Kind::List: return static_cast<std::int64_t>(value.as_list().size());
    case Kind::Map: return static_cast<std::int64_t>(value.as_map().size());
    case Kind::Object:
      if (const auto items = value.as_object().iterate()) {
        return static_cast<std::int64_t>(items->size());
      }
      break;
    default: break;
  }
  fail(fmt::format("{} has no length", what(value)));
}

std::vector<Value> iterate(const Value& value) {
  std::vector<Value> out;
  switch (value.kind()) {
    case Kind::Undefined: return out;
    case Kind::List: return value.as_list().items();
    case Kind::Map:
      for (const Map::Entry& entry : value.as_map()) out.push_back(entry.key);
      return out;
    case Kind::Text:
      for (const std::string_view point : code_points(value.as_text())) out.emplace_back(point);
      return out;
    case Kind::Object:
      if (auto items = value.as_object().iterate()) return std::move(*items);
      break;
    default: break;
  }
  fail(fmt::format("{} cannot be iterated", what(value)));
}

}  // namespace pgjinja::jinja
