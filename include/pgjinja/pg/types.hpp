#pragma once

#include <pgjinja/pg/oid.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// How a parameter or column is written on the wire (manual 55.2.3).
enum class Format : std::int16_t { Text = 0, Binary = 1 };

/// One column of a result, as RowDescription tells it (manual 55.7).
struct Column {
  std::string name;
  Oid type = oid::kUnknown;
  std::int32_t modifier = -1;
  Format format = Format::Text;
  /// The table and its column's number (pg_attribute.attnum) that it is taken from as it is, also
  /// through subqueries and outer joins; 0 for what is computed, and behind set operations. A
  /// view is a table here.
  Oid table = oid::kUnknown;
  std::int16_t table_column = 0;
};

/// The SQL name of a built-in type ("bigint", "text[]"), or "type with OID n".
std::string type_name(Oid type);
/// The type of the elements of an array type that the codecs know, else kUnknown.
Oid element_type(Oid array) noexcept;
/// Is this neither a type that the codecs know nor an array of one? Enums, composite types, arrays
/// of these and of domains are such; a domain itself is not, for its columns have its base type.
bool is_foreign(Oid type) noexcept;

/// Is it a built-in type, no array itself, of which there are arrays?
bool has_array_type(Oid type) noexcept;

/// One field of a row as it came: a view into the receive buffer, valid as long as the row is.
struct Field {
  const char* data = nullptr;  ///< nullptr for NULL
  std::size_t size = 0;

  [[nodiscard]] bool is_null() const noexcept { return data == nullptr; }
  [[nodiscard]] std::string_view bytes() const noexcept { return {data, size}; }
};

}  // namespace pgjinja::pg
