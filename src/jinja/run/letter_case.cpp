#include "jinja/run/letter_case.hpp"

#include "jinja/run/letter_classes.hpp"
#include "jinja/run/unicode.hpp"
#include "jinja/run/unicode_tables.hpp"
#include "jinja/syntax/string_literal.hpp"

#include <cstddef>

namespace pgjinja::jinja {

namespace {

constexpr std::uint32_t kCapitalSigma = 0x3A3;

/// Appends the image of `code`, and says whether `mapping` has one.
bool append_image(const CaseMapping& mapping, std::uint32_t code, std::string& out) {
  if (const CaseRange* range = range_of(mapping, code)) {
    const auto moved = static_cast<std::int64_t>(code) + range->distance;
    return append_utf8(static_cast<std::uint32_t>(moved), out);
  }
  const std::string_view image = expansion_of(mapping, code);
  out += image;
  return !image.empty();
}

/// One code point of a text, and what stands around it.
struct Letter {
  std::string_view before;
  std::string_view point;
  std::string_view after;
};

bool ends_cased(std::string_view text) {
  while (!text.empty()) {
    const std::string_view last = last_code_point(text);
    const std::uint32_t code = code_point(last);
    if (!is_case_ignorable(code)) return is_cased(code);
    text.remove_suffix(last.size());
  }
  return false;
}
bool begins_cased(std::string_view text) {
  while (!text.empty()) {
    const std::string_view first = first_code_point(text);
    const std::uint32_t code = code_point(first);
    if (!is_case_ignorable(code)) return is_cased(code);
    text.remove_prefix(first.size());
  }
  return false;
}

void append_upper(const Letter& letter, std::string& out) {
  if (!append_image(kToUpper, code_point(letter.point), out)) out += letter.point;
}
/// A capital sigma at the end of a word becomes a final one.
void append_lower(const Letter& letter, std::string& out) {
  const std::uint32_t code = code_point(letter.point);
  if (code == kCapitalSigma && ends_cased(letter.before) && !begins_cased(letter.after)) {
    out += "ς";
  } else if (!append_image(kToLower, code, out)) {
    out += letter.point;
  }
}
void append_title(const Letter& letter, std::string& out) {
  const std::uint32_t code = code_point(letter.point);
  if (!append_image(kToTitle, code, out)) append_upper(letter, out);
}
void append_folded(const Letter& letter, std::string& out) {
  const std::uint32_t code = code_point(letter.point);
  if (append_image(kToFolded, code, out) || append_image(kToLower, code, out)) return;
  out += letter.point;
}
void append_swapped(const Letter& letter, std::string& out) {
  const std::uint32_t code = code_point(letter.point);
  if (is_uppercase(code)) return append_lower(letter, out);
  if (is_lowercase(code)) return append_upper(letter, out);
  out += letter.point;
}

/// The text that `append` makes of the letters; ASCII, which most text is, takes `ascii` instead.
template <class Ascii, class Append>
std::string convert(std::string_view text, Ascii ascii, Append append) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      out += ascii(text[i++]);
      continue;
    }
    const std::string_view point = first_code_point(text.substr(i));
    append(Letter{text.substr(0, i), point, text.substr(i + point.size())}, out);
    i += point.size();
  }
  return out;
}

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
char ascii_upper(char c) { return static_cast<char>(is_ascii_lower(c) ? c - 32 : c); }
char ascii_lower(char c) { return static_cast<char>(is_ascii_upper(c) ? c + 32 : c); }
char ascii_swapped(char c) { return is_ascii_upper(c) ? ascii_lower(c) : ascii_upper(c); }

}  // namespace

std::string to_upper(std::string_view text) { return convert(text, ascii_upper, append_upper); }
std::string to_lower(std::string_view text) { return convert(text, ascii_lower, append_lower); }
std::string casefold(std::string_view text) { return convert(text, ascii_lower, append_folded); }
std::string swap_case(std::string_view text) {
  return convert(text, ascii_swapped, append_swapped);
}

std::string capitalize(std::string_view text) {
  std::string out;
  if (text.empty()) return out;
  out.reserve(text.size());
  const std::string_view first = first_code_point(text);
  append_title({{}, first, {}}, out);
  for (std::size_t i = first.size(); i < text.size();) {
    const std::string_view point = first_code_point(text.substr(i));
    append_lower({text.substr(0, i), point, text.substr(i + point.size())}, out);
    i += point.size();
  }
  return out;
}

std::string to_title(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool behind_cased = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view point = first_code_point(text.substr(i));
    const Letter letter{text.substr(0, i), point, text.substr(i + point.size())};
    if (behind_cased) {
      append_lower(letter, out);
    } else {
      append_title(letter, out);
    }
    behind_cased = is_cased(code_point(point));
    i += point.size();
  }
  return out;
}

}  // namespace pgjinja::jinja
