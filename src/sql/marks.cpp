#include "sql/mark.hpp"
#include "sql/quoted_name.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

Value quoted_names(const std::vector<std::string>& names, std::string_view separator) {
  if (names.empty()) {
    throw Error(ErrorKind::Binding, "an identifier has no name")
        .hint("give at least one name; an empty list of names is no SQL");
  }
  std::string quoted;
  for (const std::string& name : names) {
    if (!quoted.empty()) quoted += separator;
    append_quoted_name(quoted, name);
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
        .hint("write `= ANY({{ ids }})` instead: it takes a list of any length, the empty one too");
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
