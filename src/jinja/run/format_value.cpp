#include "jinja/run/format_spec.hpp"
#include "jinja/run/number_digits.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"
#include "jinja/syntax/string_literal.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

// What formatted() does with each type; the specification itself is in format_spec.cpp.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

[[noreturn]] void unknown_type(const FormatSpec& spec, const Value& value) {
  fail(fmt::format("the format type '{}' does not take {}", spec.type, kind_name(value.kind())));
}

/// A number between whose parts a format may fill in.
struct NumberText {
  bool negative = false;
  std::string prefix;  // 0x
  std::string digits;  // before the point: those that are grouped
  std::string rest;    // the point and what follows
};

std::string with_fill(std::string_view text, const FormatSpec& spec, char align) {
  const Place place = align == '<' ? Place::Left : align == '^' ? Place::Center : Place::Right;
  if (place != Place::Center) return padded(text, spec.width, spec.fill, place);
  // Unlike str.center(), a format puts the odd one always to the right.
  const std::int64_t missing =
      std::max<std::int64_t>(0, spec.width - static_cast<std::int64_t>(count_code_points(text)));
  std::string out;
  append_repeated(out, spec.fill, missing / 2);
  out += text;
  append_repeated(out, spec.fill, missing - missing / 2);
  return out;
}

std::string format_text(const Value& value, std::string_view text_of_spec) {
  const FormatSpec spec = FormatSpec::parse(text_of_spec, false);
  if (spec.type != '\0' && spec.type != 's') unknown_type(spec, value);
  if (spec.sign != '\0') fail("a text's format has no sign");
  if (spec.no_minus_zero) fail("a text's format has no 'z'");
  if (spec.alternate) fail("a text's format has no '#'");
  if (spec.align == '=') fail("a text's format cannot be aligned with '='");
  if (spec.grouping != '\0') fail("a text has no digits to be grouped");
  const std::string_view text = value.as_text();
  const auto shown = spec.precision ? points_between(text, 0, *spec.precision) : text;
  return with_fill(shown, spec, spec.align == '\0' ? '<' : spec.align);
}

/// Digits in groups, with zeros in front until there are `width` characters; those are grouped,
/// too.
std::string grouped(const std::string& digits, char separator, std::int64_t group,
                    std::int64_t width) {
  std::string out;  // from the right to the left
  auto remaining = static_cast<std::int64_t>(digits.size());
  while (true) {
    const std::int64_t taken =
        std::min(group, std::max<std::int64_t>({remaining, width, std::int64_t{1}}));
    const std::int64_t own = std::max<std::int64_t>(0, std::min(remaining, taken));
    for (std::int64_t i = 0; i < own; ++i) {
      out += digits[static_cast<std::size_t>(remaining - 1 - i)];
    }
    out.append(static_cast<std::size_t>(taken - own), '0');
    remaining -= own;
    width -= taken;
    if (remaining <= 0 && width <= 0) break;
    out += separator;
    --width;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::string laid_out(NumberText number, const FormatSpec& spec, std::int64_t group) {
  std::string front = number.negative                         ? "-"
                      : spec.sign == '\0' || spec.sign == '-' ? ""
                                                              : std::string(1, spec.sign);
  front += number.prefix;
  const auto others = static_cast<std::int64_t>(front.size() + number.rest.size());
  const bool zeros = spec.fill == "0" && spec.align == '=';
  const std::int64_t least = zeros ? std::max<std::int64_t>(0, spec.width - others) : 0;
  const bool finite = !number.digits.empty();  // inf and nan have none
  if (spec.grouping != '\0' && finite) {
    number.digits = grouped(number.digits, spec.grouping, group, least);
  }
  const std::string body = number.digits + number.rest;
  if (spec.align == '=') {
    const auto width = spec.width - static_cast<std::int64_t>(front.size());
    return front + padded(body, width, spec.fill, Place::Right);
  }
  return with_fill(front + body, spec, spec.align == '\0' ? '>' : spec.align);
}

NumberText float_text_of(double number, const FormatSpec& spec) {
  const bool percent = spec.type == '%';
  FloatStyle style{percent ? 'f' : spec.type, spec.precision.value_or(6), spec.alternate, false};
  if (spec.type == 'n') style.type = 'g';
  if (spec.type == '\0') style = {'g', spec.precision.value_or(0), spec.alternate, true};
  const double magnitude = std::fabs(percent ? number * 100 : number);
  std::string text =
      spec.type == '\0' && !spec.precision ? float_text(magnitude) : float_digits(magnitude, style);
  if (spec.alternate && text.find_first_of(".n") == std::string::npos) {
    text.insert(std::min(text.find('e'), text.size()), 1, '.');
  }
  const bool nothing = text.find_first_of("123456789ni") == std::string::npos;
  const bool negative = std::signbit(number) && !std::isnan(number);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return {negative && !(spec.no_minus_zero && nothing), "", text.substr(0, digits),
          text.substr(digits) + (percent ? "%" : "")};
}

std::string format_float(double number, const FormatSpec& spec, const Value& value) {
  const std::string_view types("eEfFgGn%\0", 9);
  if (types.find(spec.type) == std::string_view::npos) unknown_type(spec, value);
  return laid_out(float_text_of(number, spec), spec, 3);
}

std::string character(std::int64_t number, const FormatSpec& spec) {
  std::string out;
  if (spec.sign != '\0' || spec.alternate) fail("a character's format has neither sign nor '#'");
  if (number < 0 || number > 0x10FFFF || !append_utf8(static_cast<std::uint32_t>(number), out)) {
    fail(fmt::format("{} is not the number of a character", number));
  }
  return out;
}

unsigned base_of(char type) {
  switch (type) {
    case 'b': return 2;
    case 'o': return 8;
    case 'x':
    case 'X': return 16;
    default: return 10;
  }
}

std::string format_integer(std::int64_t number, const FormatSpec& spec, const Value& value) {
  if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos) {
    return format_float(static_cast<double>(number), spec, value);
  }
  const std::string_view types("bcdnoxX\0", 8);
  if (types.find(spec.type) == std::string_view::npos) unknown_type(spec, value);
  if (spec.precision) fail("an integer's format has no precision");
  if (spec.no_minus_zero) fail("an integer's format has no 'z'");
  if (spec.type == 'c') {
    return laid_out({false, "", "", character(number, spec)}, spec, 3);
  }
  const unsigned base = base_of(spec.type);
  NumberText text{number < 0, "", "", ""};
  text.digits = integer_digits(magnitude_of(number), base, spec.type == 'X');
  if (spec.alternate && base != 10) text.prefix = std::string("0") + spec.type;
  return laid_out(std::move(text), spec, base == 10 ? 3 : 4);
}

}  // namespace

std::string formatted(const Value& value, std::string_view text_of_spec) {
  if (text_of_spec.empty()) return plain_text(value);
  if (value.is_text()) return format_text(value, text_of_spec);
  if (!value.is_int() && !value.is_bool() && !value.is_float()) {
    refuse_sealed(value);
    fail(fmt::format("the format '{}' is for texts and numbers, not for {}", text_of_spec,
                     kind_name(value.kind())));
  }
  const FormatSpec spec = FormatSpec::parse(text_of_spec, true);
  if (value.is_float()) return format_float(value.as_float(), spec, value);
  return format_integer(positive(value).as_int(), spec, value);
}

}  // namespace pgjinja::jinja
