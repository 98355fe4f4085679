#include "jinja/run/format_spec.hpp"

#include "jinja/run/operators.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

bool is_align(std::string_view point) {
  return point.size() == 1 && std::string_view("<>=^").find(point[0]) != std::string_view::npos;
}

class SpecReader {
 public:
  SpecReader(std::string_view text, bool for_number) : rest_(text), for_number_(for_number) {}

  FormatSpec read() {
    read_alignment();
    read_sign_and_flags();
    read_zero();
    spec_.width = read_number().value_or(0);
    read_grouping();
    read_precision();
    read_type();
    return spec_;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void read_alignment() {
    if (rest_.empty()) return;
    const std::string_view first = first_code_point(rest_);
    const std::string_view behind = rest_.substr(first.size());
    if (!behind.empty() && is_align(first_code_point(behind))) {
      spec_.fill = first;
      filled_ = true;
      spec_.align = behind[0];
      rest_ = behind.substr(1);
    } else if (is_align(first)) {
      spec_.align = first[0];
      rest_ = behind;
    }
  }

  void read_sign_and_flags() {
    for (const char sign : {'+', '-', ' '}) {
      if (spec_.sign == '\0' && take(sign)) spec_.sign = sign;
    }
    spec_.no_minus_zero = take('z');
    spec_.alternate = take('#');
  }

  /// A zero before the width: zeros fill, behind the sign.
  void read_zero() {
    if (filled_ || !take('0')) return;
    spec_.fill = "0";
    if (spec_.align == '\0' && for_number_) spec_.align = '=';
  }

  std::optional<std::int64_t> read_number() {
    std::optional<std::int64_t> number;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      number = number.value_or(0) * 10 + (rest_.front() - '0');
      check_result_size(static_cast<std::uint64_t>(*number));
      rest_.remove_prefix(1);
    }
    return number;
  }

  void read_grouping() {
    if (take(',')) spec_.grouping = ',';
    if (take('_')) {
      if (spec_.grouping != '\0') fail("a format groups digits with ',' or '_', not with both");
      spec_.grouping = '_';
    }
    if (take(',')) fail("a format groups digits with one ',' or '_'");
  }

  void read_precision() {
    if (!take('.')) return;
    spec_.precision = read_number();
    if (!spec_.precision) fail("a format has no precision behind its '.'");
  }

  void read_type() {
    if (rest_.empty()) return;
    if (rest_.size() > first_code_point(rest_).size()) {
      fail(fmt::format("'{}' is no end of a format specification", rest_));
    }
    spec_.type = rest_.size() == 1 ? rest_.front() : '?';
    const std::string_view decimals = "defgEG%F";
    const bool groups = decimals.find(spec_.type) != std::string_view::npos ||
                        (spec_.grouping == '_' &&
                         std::string_view("boxX").find(spec_.type) != std::string_view::npos);
    if (spec_.grouping != '\0' && !groups) {
      fail(fmt::format("'{}' does not go with the format type '{}'", spec_.grouping, rest_));
    }
  }

  std::string_view rest_;
  bool for_number_;
  bool filled_ = false;
  FormatSpec spec_;
};

}  // namespace

FormatSpec FormatSpec::parse(std::string_view text, bool for_number) {
  return SpecReader(text, for_number).read();
}

}  // namespace pgjinja::jinja
