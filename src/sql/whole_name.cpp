#include "sql/whole_name.hpp"

#include "sql/expression_text.hpp"
#include "sql/scanner.hpp"

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

bool is_word_byte(char c) {
  const ByteClass cls = byte_class(c);
  return cls == ByteClass::Word || cls == ByteClass::Digit || cls == ByteClass::Dollar;
}

}  // namespace

void WholeName::add(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    name += text[i];
    if (text.substr(i, 2) == "\"\"") ++i;
  }
  if (!name.empty()) join(quoted(name));
}

void WholeName::add(const jinja::PrintSite& site, bool is_mark) {
  if (!is_mark) return join(operand(expression_of(site)));
  const auto plain = without_mark(site);
  has_unknown_ = has_unknown_ || !plain;
  join(plain ? operand(*plain) : "…");
}

void WholeName::add(std::span<const jinja::Piece> behind) {
  for (const jinja::Piece& piece : behind) {
    if (piece.text == nullptr) {
      add(*piece.site, piece.value.is_object());
    } else if (!add_front(piece.text->text)) {
      return;
    }
  }
}

/// False if the name ends in `text`.
bool WholeName::add_front(std::string_view text) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (until_ == Until::WordEnd && !is_word_byte(text[end])) break;
    if (until_ == Until::WordEnd || text[end] != '"') continue;
    if (text.substr(end, 2) != "\"\"") break;
    ++end;
  }
  add(text.substr(0, end));
  return end >= text.size();
}

void WholeName::join(std::string_view part) {
  if (!expression_.empty()) expression_ += " ~ ";
  expression_ += part;
  ++parts_;
}

std::string WholeName::hint() const {
  const std::string whole = parts_ == 1 ? printed(expression_ + " | identifier")
                                        : printed(fmt::format("({}) | identifier", expression_));
  return has_unknown_ ? "apply the identifier filter to the whole name only: " + whole
                      : "pass it whole: " + whole;
}

}  // namespace pgjinja::sql
