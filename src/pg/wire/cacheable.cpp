#include "pg/wire/cacheable.hpp"

#include <algorithm>
#include <cstddef>

namespace pgjinja::pg::wire {

namespace {

constexpr std::size_t kLargestCachedSql = std::size_t{64} * 1024;

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

/// The text from its first keyword on: behind white space, comments and empty statements.
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
  const auto same = [](char l, char c) {
    return l == (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  };
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), same);
}

}  // namespace

bool cacheable(std::string_view sql) noexcept {
  if (sql.size() > kLargestCachedSql) return false;
  const std::string_view text = from_first_word(sql);
  return !starts_with_keyword(text, "fetch") && !starts_with_keyword(text, "execute");
}

bool is_copy(std::string_view sql) noexcept {
  return starts_with_keyword(from_first_word(sql), "copy");
}

}  // namespace pgjinja::pg::wire
