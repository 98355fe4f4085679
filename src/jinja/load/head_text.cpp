#include "jinja/load/head_text.hpp"

namespace pgjinja::jinja {

std::optional<std::size_t> first_code(std::string_view text, const Options& options) {
  if (!options.summarise(text).has_code) return std::nullopt;
  std::size_t blank = 0;
  std::size_t code = text.size();
  while (blank + 1 < code) {
    const std::size_t middle = blank + (code - blank) / 2;
    (options.summarise(text.substr(0, middle)).has_code ? code : blank) = middle;
  }
  return blank;
}

Error text_in_head(const Source& source, std::size_t offset) {
  const std::size_t end = source.text.find('\n', offset);
  return Error(ErrorKind::Syntax, "this text stands before the first '-- name:', in no query")
      .at(source.place(offset, end - offset))
      .hint(
          "give it a name; a comment that means something else than a query is to begin otherwise");
}

}  // namespace pgjinja::jinja
