#include "pg/wire/statement_words.hpp"

#include <algorithm>
#include <cstddef>

namespace pgjinja::pg::wire {

namespace {

/// Where the comment that begins `text` ends; comments of C's form nest (manual 4.1.5).
std::size_t block_comment_size(std::string_view text) noexcept {
  int depth = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const std::string_view pair = text.substr(at, 2);
    if (pair != "/*" && pair != "*/") continue;
    depth += pair == "/*" ? 1 : -1;
    ++at;
    if (depth == 0) return at + 1;
  }
  return text.size();
}

char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_word_char(char c) noexcept {
  const char l = lower_case(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

}  // namespace

std::string_view from_first_word(std::string_view text) noexcept {
  while (!text.empty()) {
    std::size_t skip = 0;
    if (text.starts_with("--")) {
      skip = std::min(text.find_first_of("\r\n"), text.size());
    } else if (text.starts_with("/*")) {
      skip = block_comment_size(text);
    } else {
      skip = std::min(text.find_first_not_of(" \t\r\n\f\v;"), text.size());
    }
    if (skip == 0) break;
    text.remove_prefix(skip);
  }
  return text;
}

bool starts_with_keyword(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() && is_keyword(text.substr(0, lower.size()), lower);
}

std::string_view next_word(std::string_view& text) noexcept {
  const auto begin = std::find_if(text.begin(), text.end(), is_word_char);
  const auto end = std::find_if_not(begin, text.end(), is_word_char);
  const std::string_view word(begin, end);
  text = std::string_view(end, text.end());
  return word;
}

bool is_keyword(std::string_view word, std::string_view lower) noexcept {
  return std::equal(lower.begin(), lower.end(), word.begin(), word.end(),
                    [](char l, char c) { return l == lower_case(c); });
}

}  // namespace pgjinja::pg::wire
