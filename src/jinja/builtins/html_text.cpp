#include "jinja/builtins/html_text.hpp"

#include "jinja/builtins/html_entities.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_splitting.hpp"
#include "jinja/run/unicode.hpp"

#include <cstdint>

namespace pgjinja::jinja {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 99;
}

/// `#38;` and `#x26;`, as what is behind an ampersand; without digits it takes nothing.
std::size_t append_number(std::string_view text, std::string& out) {
  const bool hex = text.size() > 1 && (text[1] | 0x20) == 'x';
  const int base = hex ? 16 : 10;
  const std::size_t begin = hex ? 2 : 1;
  std::size_t end = begin;
  std::uint64_t number = 0;
  constexpr std::uint64_t kTooLarge = 0x110000;
  for (; end < text.size() && digit_value(text[end]) < base; ++end) {
    number = std::min<std::uint64_t>(number * static_cast<std::uint64_t>(base) +
                                         static_cast<std::uint64_t>(digit_value(text[end])),
                                     kTooLarge);
  }
  if (end == begin) return 0;
  out += entity_numbered(number);
  return end < text.size() && text[end] == ';' ? end + 1 : end;
}

/// How much of what is behind an ampersand could be a name: 32 characters, and a semicolon.
std::size_t name_length(std::string_view text) {
  constexpr int kLongest = 32;
  std::size_t end = 0;
  for (int i = 0; i < kLongest && end < text.size(); ++i) {
    if (std::string_view("\t\n\f <&#;").find(text[end]) != std::string_view::npos) break;
    end += first_code_point(text.substr(end)).size();
  }
  return end > 0 && end < text.size() && text[end] == ';' ? end + 1 : end;
}

/// The longest name there is counts: `&notit` is `¬it`.
std::size_t append_named(std::string_view text, std::string& out) {
  const std::size_t longest = name_length(text);
  for (std::size_t size = longest; size > 1; --size) {
    const std::string_view name = text.substr(0, size);
    const std::string_view found = entity_named(name);
    if (found.empty()) continue;
    out += found;
    return size;
  }
  return 0;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  check_result_size(out.size());
  return out;
}

std::string html_unescaped(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t ampersand = text.find('&');
    out += text.substr(0, ampersand);
    if (ampersand == std::string_view::npos) return out;
    text.remove_prefix(ampersand + 1);
    const std::size_t taken =
        text.starts_with('#') ? append_number(text, out) : append_named(text, out);
    if (taken == 0) out += '&';
    text.remove_prefix(taken);
  }
}

std::string without_tags(std::string_view text) {
  std::string bare;
  while (true) {
    const std::size_t begin = text.find('<');
    if (begin == std::string_view::npos) break;
    const bool comment = text.substr(begin).starts_with("<!--");
    const std::string_view closing = comment ? "-->" : ">";
    const std::size_t end = text.find(closing, begin + (comment ? 4 : 0));
    if (end == std::string_view::npos) break;  // what is not closed is no tag
    bare += text.substr(0, begin);
    text.remove_prefix(end + closing.size());
  }
  bare += text;
  std::string out;
  for (const Value& word : split_words(bare)) {
    if (!out.empty()) out += ' ';
    out += word.as_text();
  }
  return out;
}

}  // namespace pgjinja::jinja
