#pragma once

#include <pgjinja/pg/byte_buffer.hpp>
#include <pgjinja/pg/codec.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// The name of a table: in a schema, or to be found on the search_path (manual 5.9.3). Names are
/// taken as they are, capitals and all, and are quoted wherever they become SQL text.
struct TableName {
  /// "city", or "geo.city": a dot parts schema and table. @throws Error{Config} for two dots.
  TableName(std::string_view dotted);
  TableName(const char* dotted) : TableName(std::string_view(dotted)) {}
  TableName(const std::string& dotted) : TableName(std::string_view(dotted)) {}
  /// For names with dots in them.
  TableName(std::string schema_name, std::string table_name)
      : schema(std::move(schema_name)), name(std::move(table_name)) {}

  std::string schema;  ///< empty: the search_path finds it
  std::string name;
};

/// `"city"`, with each quote in it doubled (manual 4.1.1).
/// @throws Error{Config} for a name that is empty, has over 63 bytes, which the server would cut in
///         silence, or a NUL byte.
std::string quoted_name(std::string_view name);
/// `"geo"."city"`. @throws as quoted_name()
std::string quoted_table(const TableName& table);
/// `"id", "name"`. @throws Error{Config} for an empty list, and as quoted_name()
std::string quoted_names(const std::vector<std::string>& names);

/// Where a CopySource writes one row, field by field.
class CopyRow {
 public:
  /// The row goes to the end of `out`; `scratch` is for the field that is open.
  CopyRow(ByteBuffer& out, std::string& scratch, Format format)
      : out_(out), scratch_(scratch), format_(format) {}

  void null();
  /// Opens a field: its bytes are appended to the returned text, which is empty; then end_field().
  std::string& begin_field();
  void end_field();
  /// A field by what find_encoder() gave; in binary only.
  void encoded(Encoder encode, const void* value) {
    ++fields_;
    encode(value, out_);
  }
  [[nodiscard]] std::size_t fields() const noexcept { return fields_; }

 private:
  void separate();

  ByteBuffer& out_;
  std::string& scratch_;
  Format format_;
  std::size_t fields_ = 0;
};

/// Gives the rows of a COPY into a table. What it throws ends the COPY, of which nothing is kept
/// then, and is thrown on when the connection is clean again.
class CopySource {
 public:
  virtual ~CopySource() = default;
  /// Called once, before the first row. `columns` are those of the table, as the server describes
  /// them, with domains as their base types; they live as long as the call. Gives the format in
  /// which all fields will be written.
  virtual Format begin(const std::vector<Column>& columns) = 0;
  /// Writes the next row, with one field for each column; false when there is none.
  virtual bool next(CopyRow& row) = 0;
};

/// A COPY into a table (manual, COPY), and what became of it.
struct CopyIn {
  TableName table;
  std::vector<std::string> columns;  ///< at least one
  CopySource* source = nullptr;      ///< not null

  /// The server had taken the COPY: it had begun to execute.
  bool begun = false;
  /// The row that the server's error is about, from 1; 0: it named none.
  std::size_t failed_row = 0;
  /// The column as well; empty: it named none.
  std::string failed_column = {};
};

/// What the server has to say about a statement that it does not execute (manual 55.2.3).
struct Description {
  std::vector<Oid> parameter_types;
  std::vector<Column> columns;  ///< none for a statement that returns no rows
  bool returns_rows = false;
};

}  // namespace pgjinja::pg
