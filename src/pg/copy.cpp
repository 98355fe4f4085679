#include "core/double_quoted.hpp"
#include "pg/wire/bytes.hpp"
#include "pg/wire/copy_text.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/copy.hpp>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1, manual 4.1.1
constexpr std::string_view kNullText = "\\N";

}  // namespace

TableName::TableName(std::string_view dotted) {
  const std::size_t dot = dotted.find('.');
  if (dot != std::string_view::npos) schema = dotted.substr(0, dot);
  name = dotted.substr(dot == std::string_view::npos ? 0 : dot + 1);
  if (name.find('.') != std::string::npos) {
    throw Error(ErrorKind::Config, fmt::format("the table name '{}' has two dots in it", dotted))
        .hint("give schema and table apart: TableName(schema, table)");
  }
}

std::string quoted_name(std::string_view name) {
  if (name.empty()) throw Error(ErrorKind::Config, "the name of a table or column is empty");
  if (name.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::Config, "the name of a table or column has a NUL byte in it");
  }
  if (name.size() > kLongestName) {
    throw Error(ErrorKind::Config,
                fmt::format("the name of a table or column has {} bytes", name.size()))
        .hint("PostgreSQL keeps 63 bytes of a name and would cut the rest off in silence");
  }
  std::string out;
  append_double_quoted(out, name);
  return out;
}

std::string quoted_table(const TableName& table) {
  return table.schema.empty() ? quoted_name(table.name)
                              : quoted_name(table.schema) + "." + quoted_name(table.name);
}

std::string quoted_names(const std::vector<std::string>& names) {
  if (names.empty()) throw Error(ErrorKind::Config, "COPY needs at least one column");
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += quoted_name(name);
  }
  return out;
}

void CopyRow::separate() {
  if (fields_++ > 0 && format_ == Format::Text) out_.append("\t");
}

void CopyRow::null() {
  separate();
  if (format_ == Format::Text) {
    out_.append(kNullText);
  } else {
    wire::store32(out_.grow(4), 0xFFFFFFFFU);
  }
}

std::string& CopyRow::begin_field() {
  separate();
  scratch_.clear();
  return scratch_;
}

void CopyRow::end_field() {
  if (format_ == Format::Text) return wire::append_escaped(out_, scratch_);
  // A field of more than 1 GiB is refused as a message that is too large.
  wire::store32(out_.grow(4), static_cast<std::uint32_t>(scratch_.size()));
  out_.append(scratch_);
}

}  // namespace pgjinja::pg
