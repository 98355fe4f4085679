#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1, manual 4.1.1

/// The beginning of a name that is too long to be shown; cut between two code points.
std::string_view beginning(std::string_view name) {
  std::size_t end = 20;
  while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return name.substr(0, end);
}

void check_name(std::string_view name) {
  if (name.empty()) {
    throw Error(ErrorKind::Binding, "an identifier is empty").hint("give a name of 1 to 63 bytes");
  }
  if (!is_server_text(name)) {
    throw Error(ErrorKind::Binding, "an identifier has a NUL byte or invalid UTF-8")
        .hint("give a name that is valid UTF-8");
  }
  if (name.size() > kLongestName) {
    throw Error(ErrorKind::Binding,
                fmt::format("the identifier \"{}…\" has {} bytes", beginning(name), name.size()))
        .hint("PostgreSQL keeps 63 bytes of a name and would cut the rest off in silence");
  }
}

void append_quoted(std::string& out, std::string_view name) {
  check_name(name);
  out += '"';
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

Value quoted_names(const std::vector<std::string>& names, std::string_view separator) {
  if (names.empty()) {
    throw Error(ErrorKind::Binding, "an identifier has no name")
        .hint("give at least one name; an empty list of names is no SQL");
  }
  std::string quoted;
  for (const std::string& name : names) {
    if (!quoted.empty()) quoted += separator;
    append_quoted(quoted, name);
  }
  return Value::object<IdentifierMark>(std::move(quoted));
}

void check_item(const Value& item) {
  if (item.is_undefined()) {
    throw Error(ErrorKind::Undefined,
                fmt::format("an item of an IN list is undefined{}{}",
                            item.undefined_name().empty() ? "" : ": ", item.undefined_name()));
  }
  if (item.is_list() || item.is_map() || item.is_object()) {
    throw Error(ErrorKind::Runtime, fmt::format("an item of an IN list is {}, and no single value",
                                                item.is_object() ? item.as_object().type_name()
                                                                 : kind_name(item.kind())))
        .hint("give a flat list of numbers, texts …");
  }
}

}  // namespace

Value identifier(const std::vector<std::string>& parts) { return quoted_names(parts, "."); }

Value identifier_list(const std::vector<std::string>& names) { return quoted_names(names, ", "); }

Value in_list(std::vector<Value> items) {
  if (items.empty()) {
    throw Error(ErrorKind::Binding, "the list of an IN is empty, and `IN ()` is no SQL")
        .hint("print the list itself, `= ANY(…)`: that takes one of any length, the empty one too");
  }
  for (const Value& item : items) check_item(item);
  return Value::object<ListMark>(std::move(items));
}

Value raw(std::string_view text) {
  if (!is_server_text(text)) {
    throw Error(ErrorKind::Binding, "a raw text has a NUL byte or invalid UTF-8")
        .hint("give text that is valid UTF-8");
  }
  return Value::object<RawMark>(std::string(text));
}

}  // namespace pgjinja::sql
