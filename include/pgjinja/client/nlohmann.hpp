#pragma once

// For programs that use nlohmann-json: include this header where they meet. Nothing else of pgjinja
// needs that library.

#include <pgjinja/client/column_converter.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>

#include <string>

#include <nlohmann/json.hpp>

namespace pgjinja {

/// From json and jsonb. A number with a point becomes a double, as nlohmann-json has it; take
/// pgjinja::Json where every digit counts. JSON's null is a value; SQL's NULL needs a
/// std::optional.
template <>
struct ColumnConverter<nlohmann::json> {
  using From = Json;
  static std::string label() { return "nlohmann::json"; }
  static nlohmann::json convert(const Json& json) { return nlohmann::json::parse(json.text); }
};

/// As an argument it is its JSON text, NaN and infinities as null, as dump() writes them.
/// @throws Error{Encode} for text that is not UTF-8.
template <>
struct ValueConverter<nlohmann::json> {
  static Value convert(const nlohmann::json& json) {
    try {
      return {json.dump()};
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorKind::Encode, error.what());
    }
  }
};

}  // namespace pgjinja
