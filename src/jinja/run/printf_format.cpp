#include "jinja/run/printf_format.hpp"

#include "jinja/run/demands.hpp"
#include "jinja/run/number_digits.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"
#include "jinja/syntax/string_literal.hpp"

#include <pgjinja/core/error.hpp>

#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

/// One `%…`: what stands between the percent sign and the letter, and that.
struct Conversion {
  bool left = false;
  bool plus = false;
  bool blank = false;
  bool alternate = false;
  bool zero = false;
  std::int64_t width = 0;
  std::optional<std::int64_t> precision;
  char type = 's';
};

/// A number in the parts that its padding goes between.
struct Number {
  bool negative = false;
  std::string prefix;
  std::string digits;
};

class Printf {
 public:
  Printf(std::string_view format, const Value& values) : rest_(format), source_(values) {
    if (values.is_list() && values.as_list().is_tuple()) {
      tuple_ = &values.as_list();
    } else {
      single_ = values;
    }
  }

  std::string run() {
    while (true) {
      const std::size_t percent = rest_.find('%');
      out_ += rest_.substr(0, percent);
      if (percent == std::string_view::npos) break;
      rest_.remove_prefix(percent + 1);
      if (rest_.starts_with('%')) {
        out_ += take();
      } else {
        convert(read_conversion());
      }
      check_result_size(out_.size());
    }
    // A list, too, may stay unused: to Python it is something that could be subscripted.
    const bool may_be_unused = source_.is_map() || (source_.is_list() && tuple_ == nullptr);
    const bool unused = tuple_ != nullptr ? used_ < tuple_->size() : single_.has_value();
    if (unused && !may_be_unused) fail("the format has fewer conversions than there are values");
    return std::move(out_);
  }

 private:
  const Value& next_value() {
    if (tuple_ != nullptr) {
      if (used_ < tuple_->size()) return (*tuple_)[used_++];
    } else if (single_) {
      taken_ = std::move(*single_);
      single_.reset();
      return taken_;
    }
    fail("the format has more conversions than there are values");
  }

  char take() {
    if (rest_.empty()) fail("the format ends within a conversion: write %% for a percent sign");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Conversion read_conversion() {
    Conversion c;
    if (rest_.starts_with('(')) read_key();
    while (read_flag(c)) take();
    if (rest_.starts_with('*')) {
      take();
      c.width = integer(next_value());
      c.left = c.left || c.width < 0;
      c.width = std::abs(std::max<std::int64_t>(c.width, -INT64_MAX));
    } else {
      c.width = read_digits();
    }
    if (rest_.starts_with('.')) read_precision(c);
    if (!rest_.empty() && std::string_view("hlL").find(rest_.front()) != std::string_view::npos) {
      take();
    }
    c.type = take();
    return c;
  }

  /// `(name)`: from here on the map's item of that name is the one value.
  void read_key() {
    int depth = 0;
    std::size_t end = 0;
    do {
      if (end == rest_.size()) fail("the key of a conversion has no ')'");
      if (rest_[end] == '(') ++depth;
      if (rest_[end] == ')') --depth;
      ++end;
    } while (depth > 0);
    const std::string_view key = rest_.substr(1, end - 2);
    rest_.remove_prefix(end);
    if (!source_.is_map()) fail(fmt::format("'%({})' takes its value from a map", key));
    const Value* found = source_.as_map().find(key);
    if (found == nullptr) fail(fmt::format("the values have no '{}'", key));
    tuple_ = nullptr;
    single_ = *found;
  }

  bool read_flag(Conversion& c) const {
    switch (rest_.empty() ? '\0' : rest_.front()) {
      case '-': return c.left = true;
      case '+': return c.plus = true;
      case ' ': return c.blank = true;
      case '#': return c.alternate = true;
      case '0': return c.zero = true;
      default: return false;
    }
  }

  std::int64_t read_digits() {
    std::int64_t number = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      number = number * 10 + (take() - '0');
      check_result_size(static_cast<std::uint64_t>(number));
    }
    return number;
  }

  void read_precision(Conversion& c) {
    take();
    if (rest_.starts_with('*')) {
      take();
      c.precision = std::max<std::int64_t>(integer(next_value()), 0);
    } else {
      c.precision = read_digits();
    }
  }

  static std::int64_t integer(const Value& value) {
    if (value.is_bool()) return value.as_bool() ? 1 : 0;
    if (!value.is_int()) fail("'*' in a format takes an integer");
    return value.as_int();
  }

  void convert(const Conversion& c) {
    switch (c.type) {
      case 's': return append_text(c, plain_text(next_value()));
      case 'r': return append_text(c, plain_repr(next_value()));
      case 'a': return append_text(c, ascii_form(plain_repr(next_value())));
      case 'c': return append_text(c, character(next_value()));
      case 'd':
      case 'i':
      case 'u': return append_number(c, decimal(c, next_value()));
      case 'o':
      case 'x':
      case 'X': return append_number(c, in_base(c, next_value()));
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G': return append_number(c, floating(c, next_value()));
      default: fail(fmt::format("a format has no conversion '%{}'", c.type));
    }
  }

  void append_text(const Conversion& c, std::string_view text) {
    if (c.precision && c.type != 'c') text = points_between(text, 0, *c.precision);
    out_ += padded(text, c.width, " ", c.left ? Place::Left : Place::Right);
  }

  void append_number(const Conversion& c, Number number) {
    std::string front = number.negative ? "-" : c.plus ? "+" : c.blank ? " " : "";
    front += number.prefix;
    if (c.zero && !c.left) {
      const auto digits = c.width - static_cast<std::int64_t>(front.size());
      number.digits = padded(number.digits, digits, "0", Place::Right);
    }
    out_ += padded(front + number.digits, c.width, " ", c.left ? Place::Left : Place::Right);
  }

  static std::string character(const Value& value) {
    std::string out;
    if (value.is_text() && count_code_points(value.as_text()) == 1) {
      out = value.as_text();
    } else if (!(value.is_int() || value.is_bool()) || integer(value) < 0 ||
               integer(value) > 0x10FFFF ||
               !append_utf8(static_cast<std::uint32_t>(integer(value)), out)) {
      fail("%c takes one character, or the number of one");
    }
    return out;
  }

  static std::string with_precision(const Conversion& c, const std::string& digits) {
    return padded(digits, c.precision.value_or(0), "0", Place::Right);
  }

  static Number decimal(const Conversion& c, const Value& value) {
    demand_defined(value);
    std::int64_t number = 0;
    if (value.is_float()) {
      const double whole = std::trunc(value.as_float());
      if (!(whole >= -9.2e18 && whole <= 9.2e18)) fail("%d takes a number of 64 bits");
      number = static_cast<std::int64_t>(whole);
    } else if (value.is_int() || value.is_bool()) {
      number = integer(value);
    } else {
      fail(fmt::format("%{} takes a number, not {}", c.type, kind_name(value.kind())));
    }
    return {number < 0, "", with_precision(c, integer_digits(magnitude_of(number), 10))};
  }

  static Number in_base(const Conversion& c, const Value& value) {
    demand_defined(value);
    if (!value.is_int() && !value.is_bool()) {
      fail(fmt::format("%{} takes an integer, not {}", c.type, kind_name(value.kind())));
    }
    const std::int64_t number = integer(value);
    const std::string digits =
        integer_digits(magnitude_of(number), c.type == 'o' ? 8 : 16, c.type == 'X');
    const std::string prefix = c.alternate ? std::string("0") + c.type : "";
    return {number < 0, prefix, with_precision(c, digits)};
  }

  static Number floating(const Conversion& c, const Value& value) {
    demand_defined(value);
    if (!value.is_float() && !value.is_int() && !value.is_bool()) {
      fail(fmt::format("%{} takes a number, not {}", c.type, kind_name(value.kind())));
    }
    const double number = value.is_float() ? value.as_float() : static_cast<double>(integer(value));
    const FloatStyle style{c.type, c.precision.value_or(6), c.alternate, false};
    return {std::signbit(number) && !std::isnan(number), "",
            float_digits(std::fabs(number), style)};
  }

  std::string_view rest_;
  const Value& source_;
  const List* tuple_ = nullptr;
  std::size_t used_ = 0;
  std::optional<Value> single_;  // until it is used
  Value taken_;
  std::string out_;
};

}  // namespace

std::string printf_format(std::string_view format, const Value& values) {
  return Printf(format, values).run();
}

}  // namespace pgjinja::jinja
