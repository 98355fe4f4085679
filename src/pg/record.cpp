#include "pg/codec/field_bytes.hpp"
#include "pg/codec/quoted_text.hpp"

#include <pgjinja/pg/record.hpp>

namespace pgjinja::pg {

std::vector<std::optional<std::string>> split_record(Field field) {
  std::string_view rest = field.bytes();
  if (!rest.starts_with('(')) throw malformed("composite value", field);
  std::vector<std::optional<std::string>> fields;
  do {
    rest.remove_prefix(1);  // the bracket, or the comma behind the field before
    if (!take_item(rest, ",)", fields.emplace_back())) throw malformed("composite value", field);
  } while (rest.front() == ',');
  if (rest.size() != 1) throw malformed("composite value", field);
  return fields;
}

}  // namespace pgjinja::pg
