#include "pg/wire/copy_format.hpp"

#include "pg/wire/bytes.hpp"

namespace pgjinja::pg::wire {

std::string_view format_name(Format format) noexcept {
  return format == Format::Binary ? "binary" : "text";
}

void expect_copy_format(std::string_view body, Format format, std::size_t columns) {
  Cursor cursor("CopyResponse", body);
  const auto code = static_cast<std::uint16_t>(format);
  bool fits = static_cast<unsigned char>(cursor.byte()) == code;
  fits = cursor.int16() == columns && fits;
  for (std::size_t i = 0; fits && i < columns; ++i) fits = cursor.int16() == code;
  if (!fits) cursor.fail("is not about the COPY that was asked for");
  cursor.expect_end();
}

}  // namespace pgjinja::pg::wire
