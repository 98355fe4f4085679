#include "sql/filters/input.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

std::string_view what(const Value& value) {
  return value.is_object() ? value.as_object().type_name() : kind_name(value.kind());
}

}  // namespace

void refuse_input(std::string_view filter, std::string_view wanted, const Value& value) {
  if (value.is_undefined()) {
    throw Error(ErrorKind::Undefined,
                fmt::format("{} is undefined",
                            value.undefined_name().empty() ? "the value" : value.undefined_name()));
  }
  throw Error(ErrorKind::Runtime,
              fmt::format("the filter {} takes {}, and not {}", filter, wanted, what(value)));
}

void refuse_sealed(std::string_view filter, const Value& value) {
  throw Error(ErrorKind::Binding,
              fmt::format("the filter '{}' would lose what the {} stands for", filter, what(value)))
      .hint(fmt::format("apply '{}' before it", filter));
}

std::vector<std::string> names_in(std::string_view filter, std::string_view wanted,
                                  const Value& list) {
  if (!list.is_list()) refuse_input(filter, wanted, list);
  std::vector<std::string> names;
  for (const Value& name : list.as_list()) {
    if (!name.is_text()) refuse_input(filter, wanted, name);
    names.emplace_back(name.as_text());
  }
  return names;
}

std::vector<std::string> keys_of(std::string_view filter, const Map& map) {
  std::vector<std::string> keys;
  for (const Map::Entry& entry : map) {
    if (!entry.key.is_text()) refuse_input(filter, "a map with texts as keys", entry.key);
    keys.emplace_back(entry.key.as_text());
  }
  return keys;
}

}  // namespace pgjinja::sql
