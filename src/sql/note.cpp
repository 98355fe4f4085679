#include "sql/note.hpp"

#include <pgjinja/sql/annotate.hpp>

#include <algorithm>

namespace pgjinja::sql {

namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Does `word`, in lower case, stand at the beginning of `text`, in whatever case?
bool begins_with(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                                  [](char a, char b) { return a == lower(b); });
}

bool goes_on(char c) noexcept {
  const ByteClass cls = byte_class(c);
  return cls == ByteClass::Word || cls == ByteClass::Digit || cls == ByteClass::Dollar;
}

/// A digit may end a number, and then the word behind it is one by itself.
bool is_begun(char c) noexcept { return goes_on(c) && byte_class(c) != ByteClass::Digit; }

// The three that follow may say yes too often, of what stands in strings and comments: they only
// decide whether the whole statement is looked at in the end.

bool says_order(std::string_view text) noexcept {
  constexpr std::string_view kOrder = "order";
  for (std::size_t i = 0; i + kOrder.size() <= text.size(); ++i) {
    if (lower(text[i]) != 'o' || !begins_with(text.substr(i), kOrder)) continue;
    const std::size_t end = i + kOrder.size();
    const bool longer =
        (i > 0 && is_begun(text[i - 1])) || (end < text.size() && goes_on(text[end]));
    if (!longer) return true;
  }
  return false;
}

bool has_parameter(std::string_view text) noexcept {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$' && byte_class(text[i + 1]) == ByteClass::Digit) return true;
  }
  return false;
}

/// `text` ends in no white space.
bool opens_item(std::string_view text) noexcept {
  if (text.ends_with(',') || text.ends_with('(')) return true;
  if (text.size() >= 2 && begins_with(text.substr(text.size() - 2), "by")) return true;
  return text.find("--") != std::string_view::npos || text.find("/*") != std::string_view::npos;
}

}  // namespace

std::uint64_t annotate(std::string_view text) {
  if (text.empty()) return 0;
  ScanState state;
  state.advance(text);
  const std::size_t size = text.find_last_not_of(" \t\n\r\f\v") + 1;
  const bool blank = size == 0;
  return Note(beginning_of(byte_class(text[0])), state.touch(), blank,
              !blank && opens_item(text.substr(0, size)), says_order(text), has_parameter(text))
      .bits();
}

}  // namespace pgjinja::sql
