#include <pgjinja/client/detail/column_type.hpp>

#include <fmt/format.h>

namespace pgjinja::detail {

void throw_null_inside(std::string_view place, const std::string& label) {
  throw Error(ErrorKind::Mapping, fmt::format("a NULL in {} does not fit {}", place, label))
      .hint(fmt::format("make it std::optional<{}>", label));
}

std::optional<pg::Oid> element_of(pg::Oid type, pg::Format format) noexcept {
  const pg::Oid element = pg::element_type(type);
  if (element == pg::oid::kUnknown && !(format == pg::Format::Text && pg::is_foreign(type))) {
    return std::nullopt;
  }
  return element;
}

void expect_dimensions(const pg::ArrayReader& array, std::size_t dimensions) {
  if (array.dimensions() == 0 || array.dimensions() == dimensions) return;
  throw Error(ErrorKind::Mapping,
              fmt::format("an array of {} dimension{} does not fit a vector of {}",
                          array.dimensions(), array.dimensions() == 1 ? "" : "s", dimensions))
      .hint(
          "nest as many vectors as it has dimensions, take it as a Value, or unnest it in the "
          "query");
}

void throw_length(std::string_view what, std::size_t length, std::size_t wanted) {
  throw Error(ErrorKind::Mapping,
              fmt::format("{} of length {} does not fit a std::array of {}", what, length, wanted))
      .hint("take a std::vector");
}

void throw_ragged() {
  throw Error(ErrorKind::Protocol,
              "the server sent an array whose dimensions are not equally long");
}

void throw_conversion(const Error& error) {
  throw Error(ErrorKind::Mapping, error.message()).detail(error.detail()).hint(error.hint());
}
void throw_conversion(const std::exception& error) {
  throw Error(ErrorKind::Mapping, error.what());
}

bool may_be_composite(pg::Oid type, pg::Format format) noexcept {
  return format == pg::Format::Text && pg::is_foreign(type);
}

void expect_fields(const RecordFields& fields, const std::string& label, std::size_t wanted) {
  if (fields.size() == wanted) return;
  throw Error(ErrorKind::Mapping,
              fmt::format("a composite value of {} field{} does not fit {}, which has {}",
                          fields.size(), fields.size() == 1 ? "" : "s", label, wanted))
      .hint("they are matched by position: it needs one member for each field");
}

void throw_in_record(const Error& cause, const std::string& label, std::size_t index) {
  throw Error(ErrorKind::Mapping, fmt::format("field {} of the composite value, for {}: {}",
                                              index + 1, label, cause.message()))
      .detail(cause.detail())
      .hint(cause.hint().empty() ? "fields go into members by position, and by their text"
                                 : cause.hint());
}

}  // namespace pgjinja::detail
