#include <pgjinja/client/detail/reflection.hpp>

#include <algorithm>

namespace pgjinja::detail {

namespace {

/// Bytes of UTF-8 count: identifiers may hold them.
bool is_identifier_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         byte >= 0x80;
}

/// The argument of "… [with T = argument]" (g++) or "… [T = argument]" (clang++).
std::string_view argument_in(std::string_view spelled) noexcept {
  const std::size_t equals = spelled.find(" = ");
  if (equals == std::string_view::npos || !spelled.ends_with(']')) return spelled;
  return spelled.substr(equals + 3, spelled.size() - equals - 4);
}

}  // namespace

std::string_view member_name_in(std::string_view spelled) noexcept {
  const auto last = std::find_if(spelled.rbegin(), spelled.rend(), is_identifier_byte);
  const auto first = std::find_if_not(last, spelled.rend(), is_identifier_byte);
  return {first.base(), last.base()};
}

std::string_view type_name_in(std::string_view spelled) noexcept {
  const std::string_view type = argument_in(spelled);
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = type.size();
  for (std::size_t i = 0; i < type.size(); ++i) {
    const char c = type[i];
    if (c == '<' && depth == 0) end = i;
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == '}' || c == ']') --depth;
    if (c == ':' && depth == 0) {
      begin = i + 1;
      end = type.size();
    }
  }
  return type.substr(begin, end - begin);
}

}  // namespace pgjinja::detail
