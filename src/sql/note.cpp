#include "sql/note.hpp"

#include "sql/tokens.hpp"

#include <pgjinja/sql/annotate.hpp>

namespace pgjinja::sql {

std::uint64_t annotate(std::string_view text) {
  if (text.empty()) return 0;
  TokenReader reader(text);
  bool blank = true;
  bool opens_item = false;
  bool says_order = false;
  bool has_parameter = false;
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Comment) continue;
    blank = false;
    opens_item = token.is(',') || token.is('(') || token.is_word("by");
    says_order = says_order || token.is_word("order");
    has_parameter = has_parameter || token.kind == TokenKind::Parameter;
  }
  return Note(beginning_of(byte_class(text[0])), reader.state().touch(), blank, opens_item,
              says_order, has_parameter)
      .bits();
}

}  // namespace pgjinja::sql
