#include "jinja/describe/type_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pgjinja::jinja {

namespace {

using Entry = std::pair<std::string_view, BaseType>;

/// Of one type's names the first is the one that it is shown by.
constexpr std::array kNames = {Entry{"any", BaseType::Any},
                               Entry{"text", BaseType::Text},
                               Entry{"string", BaseType::Text},
                               Entry{"str", BaseType::Text},
                               Entry{"varchar", BaseType::Text},
                               Entry{"int2", BaseType::Int2},
                               Entry{"smallint", BaseType::Int2},
                               Entry{"int4", BaseType::Int4},
                               Entry{"int", BaseType::Int},
                               Entry{"integer", BaseType::Int},
                               Entry{"int8", BaseType::Int},
                               Entry{"bigint", BaseType::Int},
                               Entry{"float", BaseType::Float},
                               Entry{"float8", BaseType::Float},
                               Entry{"real", BaseType::Float},
                               Entry{"double", BaseType::Float},
                               Entry{"decimal", BaseType::Decimal},
                               Entry{"numeric", BaseType::Decimal},
                               Entry{"bool", BaseType::Bool},
                               Entry{"boolean", BaseType::Bool},
                               Entry{"date", BaseType::Date},
                               Entry{"time", BaseType::Time},
                               Entry{"timestamp", BaseType::Timestamp},
                               Entry{"timestamptz", BaseType::TimestampTz},
                               Entry{"interval", BaseType::Interval},
                               Entry{"uuid", BaseType::Uuid},
                               Entry{"json", BaseType::Json},
                               Entry{"jsonb", BaseType::Json},
                               Entry{"bytes", BaseType::Bytes},
                               Entry{"bytea", BaseType::Bytes},
                               Entry{"map", BaseType::Map}};

}  // namespace

std::optional<BaseType> base_type_of(std::string_view name) {
  const auto* const found = std::find_if(kNames.begin(), kNames.end(),
                                         [&](const Entry& entry) { return entry.first == name; });
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::string>& base_type_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, type] : kNames) all.emplace_back(name);
    return all;
  }();
  return names;
}

std::string ParameterType::name() const {
  const auto* const entry =
      std::find_if(kNames.begin(), kNames.end(), [&](const Entry& e) { return e.second == base; });
  std::string text(entry->first);
  if (nullable_items) text += '?';
  if (array) text += "[]";
  if (nullable) text += '?';
  return text;
}

}  // namespace pgjinja::jinja
