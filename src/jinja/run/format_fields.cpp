#include "jinja/run/format_fields.hpp"

#include "jinja/run/format_spec.hpp"
#include "jinja/run/letter_classes.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <optional>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

/// The number that `text` is in decimal digits, or nothing.
std::optional<std::int64_t> as_index(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t index = 0;
  for (; !text.empty(); text.remove_prefix(first_code_point(text).size())) {
    const std::uint32_t code = code_point(first_code_point(text));
    if (!is_decimal(code)) return std::nullopt;
    if (__builtin_mul_overflow(index, 10, &index) ||
        __builtin_add_overflow(index, decimal_value(code), &index)) {
      fail("a field of a format has too many digits");
    }
  }
  return index;
}

/// What is between the braces of a field.
struct Field {
  std::string_view name;
  char conversion = '\0';
  std::string_view spec;
  bool nested = false;  // the specification has fields itself
};

/// Numbers `{}` from 0 on; a format cannot mix these with `{0}`.
class Numbering {
 public:
  std::size_t next() {
    if (manual_) fail("a format cannot have both {} and {0}");
    automatic_ = true;
    return next_++;
  }
  void is_manual() {
    if (automatic_) fail("a format cannot have both {} and {0}");
    manual_ = true;
  }

 private:
  std::size_t next_ = 0;
  bool automatic_ = false;
  bool manual_ = false;
};

class FieldFormatter {
 public:
  FieldFormatter(std::string_view format, const FormatValues& values, Numbering& numbering,
                 int levels)
      : rest_(format), values_(values), numbering_(numbering), levels_(levels) {
    if (levels < 0) fail("the fields of a format are nested too deep");
  }

  std::string run() {
    while (!rest_.empty()) {
      const std::size_t brace = rest_.find_first_of("{}");
      out_ += rest_.substr(0, brace);
      if (brace == std::string_view::npos) break;
      const char c = rest_[brace];
      rest_.remove_prefix(brace + 1);
      if (rest_.starts_with(c)) {
        out_ += c;
        rest_.remove_prefix(1);
      } else if (c == '}' || rest_.empty()) {
        fail(fmt::format("a single '{0}' in a format: write '{0}{0}' for a brace", c));
      } else {
        append(read_field());
      }
      check_result_size(out_.size());
    }
    return std::move(out_);
  }

 private:
  char take() {
    if (rest_.empty()) fail("a field of a format has no '}'");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Field read_field() {
    Field field;
    const std::string_view begin = rest_;
    char c = take();
    for (; c != '}' && c != ':' && c != '!'; c = take()) {
      if (c == '{') fail("a field's name in a format has a '{'");
      // Anything goes in brackets.
      while (c == '[' && !rest_.empty() && rest_.front() != ']') take();
    }
    field.name = begin.substr(0, begin.size() - rest_.size() - 1);
    if (c == '!') c = read_conversion(field);
    if (c == ':') read_spec(field);
    return field;
  }

  char read_conversion(Field& field) {
    field.conversion = take();
    const char c = take();
    if (c != '}' && c != ':') fail("a conversion in a format is one letter: !r, !s or !a");
    return c;
  }

  void read_spec(Field& field) {
    const std::string_view begin = rest_;
    for (int depth = 1; depth > 0;) {
      const char c = take();
      if (c == '{') ++depth;
      if (c == '}') --depth;
      field.nested = field.nested || c == '{';
    }
    field.spec = begin.substr(0, begin.size() - rest_.size() - 1);
  }

  void append(const Field& field) {
    Value value = find(field.name);
    switch (field.conversion) {
      case '\0': break;
      case 'r': value = Value(plain_repr(value)); break;
      case 's': value = Value(plain_text(value)); break;
      case 'a': value = Value(ascii_form(plain_repr(value))); break;
      default: fail(fmt::format("a format has no conversion !{}", field.conversion));
    }
    if (field.nested) {
      out_ += formatted(value, FieldFormatter(field.spec, values_, numbering_, levels_ - 1).run());
    } else {
      out_ += formatted(value, field.spec);
    }
  }

  Value find(std::string_view name) {
    const std::size_t end = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, end));
    for (name.remove_prefix(end); !name.empty();) {
      if (name.front() == '.') {
        fail(fmt::format("'{}' would be an attribute: a format finds items only, in brackets",
                         name));
      }
      const std::size_t close = name.find(']');
      if (name.front() != '[' || close == std::string_view::npos || close == 1) {
        fail(fmt::format("'{}' is no item of a format's field", name));
      }
      value = step(value, name.substr(1, close - 1));
      name.remove_prefix(close + 1);
    }
    return value;
  }

  static Value step(const Value& value, std::string_view key) {
    const auto index = as_index(key);
    Value found = item(value, index ? Value(*index) : Value(key));
    if (found.is_undefined()) fail(fmt::format("a format's field has no item '{}'", key));
    return found;
  }

  Value first(std::string_view name) {
    std::optional<std::int64_t> index = as_index(name);
    if (index) numbering_.is_manual();
    if (name.empty()) index = static_cast<std::int64_t>(numbering_.next());
    if (index) return positional(static_cast<std::size_t>(*index));
    if (values_.map != nullptr) {
      if (const Value* found = values_.map->find(name)) return *found;
    }
    for (const Args::Named& named : values_.args.named()) {
      if (named.first == name) return named.second;
    }
    fail(fmt::format("the values of a format have no '{}'", name));
  }

  Value positional(std::size_t index) {
    if (values_.map != nullptr) fail("a format that takes a map has names in its fields");
    if (index >= values_.args.positional().size()) {
      fail(fmt::format("a format has no value for its field {}", index));
    }
    return values_.args.positional()[index];
  }

  std::string_view rest_;
  const FormatValues& values_;
  Numbering& numbering_;
  int levels_;
  std::string out_;
};

}  // namespace

std::string format_fields(std::string_view format, const FormatValues& values) {
  Numbering numbering;
  constexpr int kLevels = 1;  // as many as Python allows
  return FieldFormatter(format, values, numbering, kLevels).run();
}

}  // namespace pgjinja::jinja
