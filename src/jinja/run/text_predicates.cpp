#include "jinja/run/text_predicates.hpp"

#include "jinja/run/letter_classes.hpp"
#include "jinja/run/unicode.hpp"

namespace pgjinja::jinja {

namespace {

template <class Holds>
bool all_points(std::string_view text, Holds holds) {
  while (!text.empty()) {
    const std::string_view point = first_code_point(text);
    if (!holds(code_point(point))) return false;
    text.remove_prefix(point.size());
  }
  return true;
}

template <class Holds>
bool all_of_some(std::string_view text, Holds holds) {
  return !text.empty() && all_points(text, holds);
}

/// No letter of the wrong case, and at least one of the right one.
template <class Right, class Wrong>
bool has_case(std::string_view text, Right right, Wrong wrong) {
  bool found = false;
  const bool clean = all_points(text, [&](std::uint32_t code) {
    found = found || right(code);
    return !wrong(code);
  });
  return clean && found;
}

}  // namespace

bool is_lower_text(std::string_view text) {
  return has_case(text, is_lowercase,
                  [](std::uint32_t c) { return is_uppercase(c) || is_titlecase(c); });
}
bool is_upper_text(std::string_view text) {
  return has_case(text, is_uppercase,
                  [](std::uint32_t c) { return is_lowercase(c) || is_titlecase(c); });
}

bool is_title_text(std::string_view text) {
  bool behind_cased = false;
  bool found = false;
  const bool clean = all_points(text, [&](std::uint32_t code) {
    const bool capital = is_uppercase(code) || is_titlecase(code);
    const bool fits = capital ? !behind_cased : !is_lowercase(code) || behind_cased;
    behind_cased = capital || is_lowercase(code);
    found = found || behind_cased;
    return fits;
  });
  return clean && found;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && identifier_length(text) == text.size();
}

std::size_t identifier_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const std::string_view point = first_code_point(text.substr(length));
    const std::uint32_t code = code_point(point);
    const bool fits = length > 0 ? continues_name(code) : code == '_' || starts_name(code);
    if (!fits) break;
    length += point.size();
  }
  return length;
}

bool is_ascii(std::string_view text) {
  return all_points(text, [](std::uint32_t code) { return code < 0x80; });
}
bool is_printable_text(std::string_view text) { return all_points(text, is_printable); }

bool is_space_text(std::string_view text) { return !text.empty() && strip(text).empty(); }
bool is_alphabetic_text(std::string_view text) { return all_of_some(text, is_alphabetic); }
bool is_decimal_text(std::string_view text) { return all_of_some(text, is_decimal); }
bool is_digit_text(std::string_view text) { return all_of_some(text, is_digit); }
bool is_numeric_text(std::string_view text) { return all_of_some(text, is_numeric); }
bool is_alphanumeric_text(std::string_view text) { return all_of_some(text, is_alphanumeric); }

}  // namespace pgjinja::jinja
