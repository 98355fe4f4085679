#include "cli/error_json.hpp"

#include "cli/json_object.hpp"

namespace pgjinja::cli {

namespace {

std::string write(std::string_view kind, std::string_view message, std::string_view hint,
                  const SourcePlace& place, std::string_view detail, std::string_view sqlstate) {
  return JsonObject()
      .text("kind", kind)
      .text("message", message)
      .text_or_null("template", place.name)
      .number_or_null("line", place.line)
      .number_or_null("column", place.column)
      .text_or_null("hint", hint)
      .text_or_null("detail", detail)
      .text_or_null("sqlstate", sqlstate)
      .str();
}

/// Programs get the classes that Jinja2's users know, and SQL's own; the exit code says more.
std::string_view json_kind(ErrorKind kind) {
  if (kind == ErrorKind::Limit) return error_kind_name(ErrorKind::Runtime);
  if (kind == ErrorKind::Encode) return error_kind_name(ErrorKind::Binding);
  return error_kind_name(kind);
}

}  // namespace

std::string error_object(const Error& error) {
  const SourcePlace place = error.places().empty() ? SourcePlace{} : error.places().front();
  return write(json_kind(error.kind()), error.message(), error.hint(), place, error.detail(),
               error.sqlstate());
}

std::string error_object(std::string_view kind, std::string_view message, std::string_view hint) {
  return write(kind, message, hint, {}, {}, {});
}

}  // namespace pgjinja::cli
