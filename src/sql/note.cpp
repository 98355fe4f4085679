#include "sql/note.hpp"

#include <pgjinja/sql/annotate.hpp>

#include <algorithm>
#include <array>

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

/// Does the word ORDER stand at `at`, where there is an O?
bool order_at(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view kOrder = "order";
  const std::size_t end = at + kOrder.size();
  if (end > text.size() || lower(text[at + 1]) != 'r') return false;
  if (!begins_with(text.substr(at), kOrder)) return false;
  return (at == 0 || !is_begun(text[at - 1])) && (end == text.size() || !goes_on(text[end]));
}

// The three that follow may say yes too often, of what stands in strings and comments: they only
// decide whether the whole statement is looked at in the end.

bool says_order(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) == 'o' && order_at(text, i)) return true;
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
bool ends_as_item_opens(std::string_view text) noexcept {
  if (text.ends_with(',') || text.ends_with('(')) return true;
  return text.size() >= 2 && begins_with(text.substr(text.size() - 2), "by");
}

bool has_comment(std::string_view text) noexcept {
  return text.find("--") != std::string_view::npos || text.find("/*") != std::string_view::npos;
}

constexpr bool is_white(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_white_end(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

/// Most texts hold nothing that opens a string, a quoted name, a comment or a parameter. These are
/// read by one quick pass, since a template is compiled at the cost of it.
struct Glance {
  bool plain = true;
  bool says_order = false;  // if plain
};

enum class Sight : std::uint8_t { Dull, LetterO, Opening };

constexpr auto kSights = [] {
  std::array<Sight, 256> sights{};
  for (const char c : {'o', 'O'}) sights[static_cast<unsigned char>(c)] = Sight::LetterO;
  for (const char c : {'\'', '"', '$', '-', '/'}) {
    sights[static_cast<unsigned char>(c)] = Sight::Opening;
  }
  return sights;
}();

Glance glance_over(std::string_view text) noexcept {
  Glance seen;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Sight sight = kSights[static_cast<unsigned char>(text[i])];
    if (sight == Sight::Dull) continue;
    if (sight == Sight::Opening) return {false, false};
    if (order_at(text, i)) seen.says_order = true;
  }
  return seen;
}

/// What stands behind the last white space or punctuation of a plain text: these leave nothing
/// open, so that it is read as if nothing stood before it.
std::string_view last_token(std::string_view plain) noexcept {
  std::size_t begin = plain.size();
  while (begin > 0 && beginning_of(byte_class(plain[begin - 1])) != Beginning::Separator) --begin;
  return plain.substr(begin);
}

Touch touch_at_end(std::string_view text) {
  ScanState state;
  state.advance(text);
  return state.touch();
}

}  // namespace

std::uint64_t annotate(std::string_view text) {
  if (text.empty()) return 0;
  const Beginning beginning = beginning_of(byte_class(text[0]));
  const std::string_view said = without_white_end(text);
  const bool opens_item = ends_as_item_opens(said);
  const Glance seen = glance_over(said);
  if (seen.plain) {
    return Note(beginning, touch_at_end(last_token(text)), said.empty(), opens_item,
                seen.says_order, false)
        .bits();
  }
  return Note(beginning, touch_at_end(text), false, opens_item || has_comment(said),
              says_order(said), has_parameter(said))
      .bits();
}

}  // namespace pgjinja::sql
