#pragma once

#include <pgjinja/pg/oid.hpp>

#include <string_view>

namespace pgjinja::pg {

/// A built-in type that the codecs know.
struct TypeInfo {
  Oid type;
  Oid array;  ///< the type of arrays of it; kUnknown for none
  std::string_view name;
};

/// nullptr for types that the codecs do not know, among them arrays.
const TypeInfo* find_type(Oid type) noexcept;
/// The element type of a known array type, else kUnknown.
Oid element_type(Oid array) noexcept;

}  // namespace pgjinja::pg
