#include "jinja/builtins/number_text.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/run/number_digits.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>

#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

bool is_integer(const Value& value) { return value.is_int() || value.is_bool(); }

Value abs(const Value& value, const Args& args) {
  args.allow("abs", 0, {});
  demand_defined(value);
  if (value.is_float()) return std::fabs(value.as_float());
  return value.is_int() && value.as_int() < 0 ? negate(value) : positive(value);
}

/// Python's int(float). One that has no 64 bits is an error, and not the default: it would be
/// wrong.
std::int64_t whole(double number) {
  constexpr double kTwo63 = 9223372036854775808.0;
  const double truncated = std::trunc(number);
  if (truncated >= -kTwo63 && truncated < kTwo63) return static_cast<std::int64_t>(truncated);
  throw Error(ErrorKind::Runtime, fmt::format("{} does not fit into 64 bits", number))
      .hint("compute it in SQL, as numeric");
}

/// int("12"), as Jinja2: what cannot be read gives the default.
Value to_int(const Value& value, const Args& args) {
  args.allow("int", 2, {"default", "base"});
  const Value* fallback = args.get(0, "default");
  Value otherwise = fallback == nullptr ? Value(0) : *fallback;
  const Value* base = args.get(1, "base");
  if (is_integer(value)) return positive(value);
  demand_defined(value);
  if (value.is_float()) {
    return std::isnan(value.as_float()) ? otherwise : Value(whole(value.as_float()));
  }
  if (!value.is_text()) return otherwise;
  // Of what is no base, Python's int() makes an error, and Jinja2 of that the attempt with a float.
  if (base == nullptr || is_integer(*base)) {
    const auto number = read_integer(value.as_text(), base == nullptr ? 10 : as_integer(*base));
    if (number) return *number;
  }
  const auto real = read_real(value.as_text());
  return real && std::isfinite(*real) ? Value(whole(*real)) : otherwise;
}

/// What Python's float() reads, or nothing.
std::optional<double> as_real(const Value& value) {
  demand_defined(value);
  if (value.is_float()) return value.as_float();
  if (is_integer(value)) return static_cast<double>(as_integer(value));
  return value.is_text() ? read_real(value.as_text()) : std::nullopt;
}

Value to_float(const Value& value, const Args& args) {
  args.allow("float", 1, {"default"});
  if (const auto real = as_real(value)) return *real;
  const Value* fallback = args.get(0, "default");
  return fallback == nullptr ? Value(0.0) : *fallback;
}

/// Ten to the power of `precision`, as Python has it: exact as long as it is whole.
double scale_of(std::int64_t precision) {
  if (precision < 0) return std::pow(10.0, static_cast<double>(precision));
  return read_real(fmt::format("1e{}", precision)).value_or(0);
}

/// Python divides two integers there, and rounds once: 10^30 is no double.
double scaled_down(double whole_number, std::int64_t digits) {
  return read_real(fmt::format("{:.0f}e-{}", whole_number, digits)).value_or(0);
}

Value round_to_side(double number, std::int64_t precision, double (*to_side)(double)) {
  const double scale = scale_of(precision);
  if (!std::isfinite(number * scale) || scale == 0) fail("the number cannot be rounded so finely");
  // Python goes through an integer there, which has no negative zero.
  const double whole_number = to_side(number * scale) + 0.0;
  return precision < 0 ? whole_number / scale : scaled_down(whole_number, precision);
}

/// Python's round(number, None).
Value round_to_integer(const Value& value) {
  return value.is_float() ? Value(whole(round_decimal(value.as_float(), 0))) : positive(value);
}

Value round(const Value& value, const Args& args) {
  args.allow("round", 2, {"precision", "method"});
  const std::string_view how = text_or(args, 1, "method", "common");
  if (how != "common" && how != "ceil" && how != "floor") {
    fail("the method of round is 'common', 'ceil' or 'floor'");
  }
  demand_defined(value);
  if (!is_integer(value) && !value.is_float()) {
    fail(fmt::format("round takes a number, not {}", kind_of(value)));
  }
  const Value* given = args.get(0, "precision");
  if (how == "common" && given != nullptr && given->is_null()) return round_to_integer(value);
  const std::int64_t precision = given == nullptr ? 0 : as_integer(*given);
  if (how == "common") {
    return value.is_float() ? Value(round_decimal(value.as_float(), precision))
                            : Value(round_integer(as_integer(value), precision));
  }
  if (is_integer(value) && precision >= 0) return static_cast<double>(as_integer(value));
  const double number =
      value.is_float() ? value.as_float() : static_cast<double>(as_integer(value));
  return round_to_side(number, precision,
                       how == "ceil" ? static_cast<double (*)(double)>(std::ceil)
                                     : static_cast<double (*)(double)>(std::floor));
}

struct SizeUnit {
  std::string_view decimal;
  std::string_view binary;
};
constexpr std::array<SizeUnit, 8> kSizeUnits = {{{"kB", "KiB"},
                                                 {"MB", "MiB"},
                                                 {"GB", "GiB"},
                                                 {"TB", "TiB"},
                                                 {"PB", "PiB"},
                                                 {"EB", "EiB"},
                                                 {"ZB", "ZiB"},
                                                 {"YB", "YiB"}}};

Value filesizeformat(const Value& value, const Args& args) {
  args.allow("filesizeformat", 1, {"binary"});
  const bool binary = flag_or(args, 0, "binary", false);
  const auto bytes = as_real(value);
  if (!bytes) fail(fmt::format("filesizeformat takes a number, not {}", kind_of(value)));
  // Python compares with exact powers: a double cannot hold those of 1000 from 10^24 on.
  const long double base = binary ? 1024 : 1000;
  if (*bytes == 1) return "1 Byte";
  if (*bytes < base) return fmt::format("{} Bytes", whole(*bytes));
  long double next = base;
  for (const SizeUnit& unit : kSizeUnits) {
    next *= base;
    const bool last = &unit == &kSizeUnits.back();
    if (*bytes >= next && !last) continue;
    const double shown = static_cast<double>(base) * *bytes / static_cast<double>(next);
    if (std::isnan(*bytes) && !last) continue;
    return float_digits(shown, {'f', 1, false, false})
        .append(" ")
        .append(binary ? unit.binary : unit.decimal);
  }
  return "";
}

constexpr NamedFilter kFilters[] = {
    {"abs", abs},     {"filesizeformat", filesizeformat}, {"float", to_float}, {"int", to_int},
    {"round", round},
};

}  // namespace

void install_number_filters(EnvironmentState& state) { add_filters(state, kFilters); }

}  // namespace pgjinja::jinja
