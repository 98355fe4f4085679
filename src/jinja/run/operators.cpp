#include "jinja/run/operators.hpp"

#include "jinja/run/map_view.hpp"
#include "jinja/run/printf_format.hpp"
#include "jinja/run/text_finder.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::BinaryOp;
using ast::CompareOp;

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

bool is_integer(const Value& v) { return v.is_int() || v.is_bool(); }
bool is_number(const Value& v) { return is_integer(v) || v.is_float(); }
std::int64_t integer(const Value& v) { return v.is_bool() ? (v.as_bool() ? 1 : 0) : v.as_int(); }
double real(const Value& v) {
  return v.is_float() ? v.as_float() : static_cast<double>(integer(v));
}

std::string_view symbol(BinaryOp op) {
  switch (op) {
    case BinaryOp::Add: return "+";
    case BinaryOp::Subtract: return "-";
    case BinaryOp::Multiply: return "*";
    case BinaryOp::Divide: return "/";
    case BinaryOp::FloorDivide: return "//";
    case BinaryOp::Modulo: return "%";
    case BinaryOp::Power: return "**";
  }
  return "?";
}

std::string_view what(const Value& v) {
  return v.is_object() ? v.as_object().type_name() : kind_name(v.kind());
}

[[noreturn]] void unsupported(BinaryOp op, const Value& a, const Value& b) {
  fail(fmt::format("'{}' does not take {} and {}", symbol(op), what(a), what(b)));
}

[[noreturn]] void overflow(BinaryOp op, std::int64_t a, std::int64_t b) {
  throw Error(ErrorKind::Runtime,
              fmt::format("the result of {} {} {} does not fit into 64 bits", a, symbol(op), b))
      .hint("compute it in SQL, as numeric");
}

/// Rounds towards minus infinity, as Python does; b is not zero.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  if (b == -1) {
    if (a == std::numeric_limits<std::int64_t>::min()) overflow(BinaryOp::FloorDivide, a, b);
    return -a;
  }
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/// The remainder has the sign of the divisor, as in Python; b is not zero.
std::int64_t floor_modulo(std::int64_t a, std::int64_t b) {
  if (b == -1) return 0;
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
double floor_modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

Value integer_power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) fail("zero cannot be raised to a negative power");
    return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  }
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i) {  // at most 63 rounds before it overflows
    if (__builtin_mul_overflow(result, base, &result)) overflow(BinaryOp::Power, base, exponent);
  }
  return result;
}

Value integers(BinaryOp op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  switch (op) {
    case BinaryOp::Add:
      if (__builtin_add_overflow(a, b, &result)) overflow(op, a, b);
      return result;
    case BinaryOp::Subtract:
      if (__builtin_sub_overflow(a, b, &result)) overflow(op, a, b);
      return result;
    case BinaryOp::Multiply:
      if (__builtin_mul_overflow(a, b, &result)) overflow(op, a, b);
      return result;
    case BinaryOp::Power: return integer_power(a, b);
    case BinaryOp::Divide:
    case BinaryOp::FloorDivide:
    case BinaryOp::Modulo: break;
  }
  if (b == 0) fail("division by zero");
  if (op == BinaryOp::Divide) return static_cast<double>(a) / static_cast<double>(b);
  return op == BinaryOp::FloorDivide ? floor_divide(a, b) : floor_modulo(a, b);
}

Value reals(BinaryOp op, double a, double b) {
  switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Subtract: return a - b;
    case BinaryOp::Multiply: return a * b;
    case BinaryOp::Power:
      if (a == 0 && b < 0) fail("zero cannot be raised to a negative power");
      if (a < 0 && std::trunc(b) != b) fail("a negative number has no real power of that kind");
      return std::pow(a, b);
    case BinaryOp::Divide:
    case BinaryOp::FloorDivide:
    case BinaryOp::Modulo: break;
  }
  if (b == 0) fail("division by zero");
  if (op == BinaryOp::Divide) return a / b;
  return op == BinaryOp::FloorDivide ? Value(std::floor(a / b)) : Value(floor_modulo(a, b));
}

std::uint64_t repeated_size(std::size_t size, std::int64_t times) {
  if (times <= 0 || size == 0) return 0;
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(static_cast<std::uint64_t>(size), static_cast<std::uint64_t>(times),
                             &total)) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return total;
}

Value repeat(const Value& sequence, std::int64_t times) {
  if (sequence.is_text()) {
    const std::string_view text = sequence.as_text();
    check_result_size(repeated_size(text.size(), times));
    std::string out;
    for (std::int64_t i = 0; i < times && !text.empty(); ++i) out += text;
    return out;
  }
  const List& list = sequence.as_list();
  check_result_size(repeated_size(list.size(), times));
  std::vector<Value> out;
  for (std::int64_t i = 0; i < times && !list.empty(); ++i) {
    out.insert(out.end(), list.begin(), list.end());
  }
  return Value(List(std::move(out), list.is_tuple()));
}

Value add_lists(const List& a, const List& b) {
  check_result_size(a.size() + b.size());
  std::vector<Value> out(a.items());
  out.insert(out.end(), b.begin(), b.end());
  return Value(List(std::move(out), a.is_tuple()));
}

}  // namespace

Value binary(BinaryOp op, const Value& a, const Value& b) {
  demand_defined(a);
  demand_defined(b);
  if (is_integer(a) && is_integer(b)) return integers(op, integer(a), integer(b));
  if (is_number(a) && is_number(b)) return reals(op, real(a), real(b));
  if (op == BinaryOp::Add) {
    if (a.is_text() && b.is_text()) {
      check_result_size(a.as_text().size() + b.as_text().size());
      return std::string(a.as_text()).append(b.as_text());
    }
    if (a.is_list() && b.is_list() && a.as_list().is_tuple() == b.as_list().is_tuple()) {
      return add_lists(a.as_list(), b.as_list());
    }
  }
  if (op == BinaryOp::Multiply) {
    if ((a.is_text() || a.is_list()) && is_integer(b)) return repeat(a, integer(b));
    if ((b.is_text() || b.is_list()) && is_integer(a)) return repeat(b, integer(a));
  }
  if (op == BinaryOp::Modulo && a.is_text()) return printf_format(a.as_text(), b);
  unsupported(op, a, b);
}

Value negate(const Value& value) {
  demand_defined(value);
  if (value.is_float()) return -value.as_float();
  if (!is_integer(value)) fail(fmt::format("'-' does not take {}", what(value)));
  return integers(BinaryOp::Subtract, 0, integer(value));
}

Value positive(const Value& value) {
  demand_defined(value);
  if (value.is_float()) return value;
  if (!is_integer(value)) fail(fmt::format("'+' does not take {}", what(value)));
  return integer(value);
}

bool truthy(const Value& value) {
  switch (value.kind()) {
    case Kind::Undefined:
    case Kind::Null: return false;
    case Kind::Bool: return value.as_bool();
    case Kind::Int: return value.as_int() != 0;
    case Kind::Float: return value.as_float() != 0;
    case Kind::Text: return !value.as_text().empty();
    case Kind::Bytes: return !value.as_bytes().empty();
    case Kind::List: return !value.as_list().empty();
    case Kind::Map: return !value.as_map().empty();
    case Kind::Object: return value.as_object().truthy();
  }
  return false;
}

namespace {

/// Exact order of an integer and a float: converting the integer would round it.
bool less_mixed(const Value& a, const Value& b) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (a.is_float()) {
    const double d = a.as_float();
    if (d < -kTwo63) return true;
    if (!(d < kTwo63)) return false;  // also NaN
    const auto floor = static_cast<std::int64_t>(std::floor(d));
    return floor < integer(b);
  }
  const double d = b.as_float();
  if (d >= kTwo63) return true;
  if (!(d > -kTwo63)) return false;
  const auto ceiling = std::ceil(d);
  return ceiling >= kTwo63 || integer(a) < static_cast<std::int64_t>(ceiling);
}

bool less_lists(const List& a, const List& b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (!(a[i] == b[i])) return less(a[i], b[i]);
  }
  return a.size() < b.size();
}

}  // namespace

bool less(const Value& a, const Value& b) {
  demand_defined(a);
  demand_defined(b);
  if (is_integer(a) && is_integer(b)) return integer(a) < integer(b);
  if (a.is_float() && b.is_float()) return a.as_float() < b.as_float();
  if (is_number(a) && is_number(b)) return less_mixed(a, b);
  if (a.is_text() && b.is_text()) return a.as_text() < b.as_text();
  if (a.is_bytes() && b.is_bytes()) return a.as_bytes() < b.as_bytes();
  if (a.is_list() && b.is_list() && a.as_list().is_tuple() == b.as_list().is_tuple()) {
    return less_lists(a.as_list(), b.as_list());
  }
  fail(fmt::format("{} and {} have no order", what(a), what(b)));
}

bool contains(const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::Undefined: return false;
    case Kind::Text:
      if (!item.is_text()) fail(fmt::format("'in' a text takes a text, not {}", what(item)));
      return TextFinder(item.as_text()).find(container.as_text()) != TextFinder::npos;
    case Kind::List: {
      const List& list = container.as_list();
      return std::find(list.begin(), list.end(), item) != list.end();
    }
    case Kind::Map: return container.as_map().find(item) != nullptr;
    case Kind::Object:
      if (const auto items = container.as_object().iterate()) {
        return std::find(items->begin(), items->end(), item) != items->end();
      }
      break;
    default: break;
  }
  fail(fmt::format("'in' does not take {} on its right", what(container)));
}

namespace {

/// To Python, two views of keys are equal when they have the same keys in any order.
bool equal(const Value& a, const Value& b) {
  if (a.is_object() && a.as<MapView>() != nullptr && b.as<MapView>() != nullptr) {
    throw Error(ErrorKind::Runtime, "two views of maps are not compared")
        .hint("compare lists: m.keys() | list");
  }
  return a == b;
}

}  // namespace

bool compare(CompareOp op, const Value& a, const Value& b) {
  switch (op) {
    case CompareOp::Equal: return equal(a, b);
    case CompareOp::NotEqual: return !equal(a, b);
    case CompareOp::Less: return less(a, b);
    case CompareOp::Greater: return less(b, a);
    // less() first: what has no order is refused, also when it is equal.
    case CompareOp::LessEqual: return less(a, b) || a == b;
    case CompareOp::GreaterEqual: return less(b, a) || a == b;
    case CompareOp::In: return contains(b, a);
    case CompareOp::NotIn: return !contains(b, a);
  }
  return false;
}

}  // namespace pgjinja::jinja
