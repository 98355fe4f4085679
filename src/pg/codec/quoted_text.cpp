#include "pg/codec/quoted_text.hpp"

#include <cstddef>

namespace pgjinja::pg {

bool take_item(std::string_view& rest, std::string_view ends, std::optional<std::string>& item) {
  item.reset();
  if (rest.empty()) return false;
  if (ends.find(rest.front()) != std::string_view::npos) return true;
  std::string& text = item.emplace();
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (!quoted && ends.find(c) != std::string_view::npos) {
      rest.remove_prefix(i);
      return true;
    }
    if (c == '\\') {
      if (++i == rest.size()) return false;
      text += rest[i];
    } else if (c != '"') {
      text += c;
    } else if (quoted && i + 1 < rest.size() && rest[i + 1] == '"') {
      text += rest[++i];
    } else {
      quoted = !quoted;
    }
  }
  return false;
}

}  // namespace pgjinja::pg
