#include "jinja/describe/type_check.hpp"

#include "jinja/describe/text_shape.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::string_view kind_of(const Value& value) {
  return value.is_object() ? value.as_object().type_name() : kind_name(value.kind());
}

template <class Narrow>
bool fits(const Value& value) {
  return value.as_int() >= std::numeric_limits<Narrow>::min() &&
         value.as_int() <= std::numeric_limits<Narrow>::max();
}

bool is_number(const Value& value) { return value.is_int() || value.is_float(); }

/// Whether a value of this kind can be one of the type at all.
bool kind_fits(BaseType type, const Value& value) {
  switch (type) {
    case BaseType::Any: return !value.is_undefined();
    case BaseType::Int2:
    case BaseType::Int4:
    case BaseType::Int: return value.is_int();
    case BaseType::Float: return is_number(value);
    case BaseType::Decimal: return value.is_text() || is_number(value);
    case BaseType::Bool: return value.is_bool();
    case BaseType::Json: return !value.is_undefined() && !value.is_bytes() && !value.is_object();
    case BaseType::Bytes: return value.is_bytes();
    case BaseType::Map: return value.is_map();
    case BaseType::Text:
    case BaseType::Date:
    case BaseType::Time:
    case BaseType::Timestamp:
    case BaseType::TimestampTz:
    case BaseType::Interval:
    case BaseType::Uuid: return value.is_text();
  }
  return false;
}

/// Whether the value of a fitting kind is one of the type's.
bool content_fits(BaseType type, const Value& value) {
  switch (type) {
    case BaseType::Int2: return fits<std::int16_t>(value);
    case BaseType::Int4: return fits<std::int32_t>(value);
    case BaseType::Decimal: return !value.is_text() || reads_as_decimal(value.as_text());
    case BaseType::Date: return reads_as_date(value.as_text());
    case BaseType::Time: return reads_as_time(value.as_text());
    case BaseType::Timestamp: return reads_as_timestamp(value.as_text());
    case BaseType::TimestampTz: return reads_as_timestamptz(value.as_text());
    case BaseType::Uuid: return reads_as_uuid(value.as_text());
    default: return true;
  }
}

std::string_view example(BaseType type) {
  switch (type) {
    case BaseType::Date: return "2024-02-29";
    case BaseType::Time: return "12:30:00";
    case BaseType::Timestamp: return "2024-02-29 12:30:00";
    case BaseType::TimestampTz: return "2024-02-29 12:30:00+01";
    case BaseType::Uuid: return "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    default: return "12.50";
  }
}

std::string base_mismatch(BaseType type, const Value& value, std::string_view what) {
  if (!kind_fits(type, value)) return fmt::format("{} is {}", what, kind_of(value));
  if (content_fits(type, value)) return {};
  const std::string name = ParameterType{.base = type}.name();
  if (value.is_int()) return fmt::format("{} is an int beyond {}'s range", what, name);
  return fmt::format("{} is a text that is no {} such as {}", what, name, example(type));
}

bool allows_null(const ParameterType& type) {
  return type.nullable || (type.base == BaseType::Any && !type.array);
}

std::string item_mismatch(const ParameterType& type, const Value& item, std::size_t number) {
  if (item.is_null() && allows_null(type)) return {};
  return base_mismatch(type.base, item, fmt::format("item {}", number));
}

}  // namespace

std::string mismatch(const ParameterType& type, const Value& value) {
  if (value.is_null() && !allows_null(type)) return "it is null";
  if (value.is_null()) return {};
  if (!type.array) return base_mismatch(type.base, value, "it");
  if (!value.is_list()) return fmt::format("it is {}", kind_of(value));
  const ParameterType item{.base = type.base, .nullable = type.nullable_items};
  for (std::size_t i = 0; i < value.as_list().size(); ++i) {
    std::string why = item_mismatch(item, value.as_list()[i], i + 1);
    if (!why.empty()) return why;
  }
  return {};
}

}  // namespace pgjinja::jinja
