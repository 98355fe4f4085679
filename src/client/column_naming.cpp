#include <pgjinja/client/column_naming.hpp>

#include <cstddef>

namespace pgjinja {

namespace {

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
char lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view without_last_underscore(std::string_view name) noexcept {
  if (name.size() > 1 && name.ends_with('_')) name.remove_suffix(1);
  return name;
}

/// Does a word begin at name[i]? In "HTTPServer" one does at its S, the last of its capitals.
bool begins_word(std::string_view name, std::size_t i) noexcept {
  if (i == 0 || !is_upper(name[i]) || name[i - 1] == '_') return false;
  if (!is_upper(name[i - 1])) return true;
  return i + 1 < name.size() && is_lower(name[i + 1]);
}

}  // namespace

std::string snake_case(std::string_view member) {
  const std::string_view name = without_last_underscore(member);
  std::string column;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (begins_word(name, i)) column += '_';
    column += lower(name[i]);
  }
  return column;
}

std::string camel_case(std::string_view member) {
  const std::string_view name = without_last_underscore(member);
  std::string column;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool joins = name[i] == '_' && !column.empty() && i + 1 < name.size() &&
                       (is_lower(name[i + 1]) || is_digit(name[i + 1]));
    if (!joins) {
      column += name[i];
    } else {
      column += upper(name[++i]);
    }
  }
  return column;
}

std::string same_name(std::string_view member) { return std::string(member); }

}  // namespace pgjinja
