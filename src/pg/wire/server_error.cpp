#include "pg/wire/server_error.hpp"

#include <charconv>
#include <string>

namespace pgjinja::pg::wire {

namespace {

std::uint32_t leading_number(std::string_view digits) noexcept {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Where the line that tells of the portal's parameters begins, or npos: "unnamed portal parameter
/// $2 = '…'" at Bind, "portal "c" with parameters: $1 = '…', …" later, in English. It is the last
/// line, but for what the value's own line breaks make of it.
std::size_t portal_line(std::string_view where) noexcept {
  for (std::size_t line = 0; line != std::string_view::npos;) {
    const std::string_view text = where.substr(line);
    if (text.starts_with("unnamed portal ") || text.starts_with("portal \"")) return line;
    const std::size_t end = where.find('\n', line);
    line = end == std::string_view::npos ? end : end + 1;
  }
  return std::string_view::npos;
}

/// The context without the portal's line, which repeats values of parameters when the server's
/// log_parameter_max_length_on_error lets it; Error::parameter() has the number.
std::string_view context_of(const ErrorFields& fields) noexcept {
  std::string_view where = fields.where.substr(0, portal_line(fields.where));
  while (where.ends_with('\n')) where.remove_suffix(1);
  return where;
}

std::string detail_of(const ErrorFields& fields) {
  std::string detail(fields.detail);
  if (const std::string_view where = context_of(fields); !where.empty()) {
    if (!detail.empty()) detail += '\n';
    detail += where;
  }
  return detail;
}

/// "could not determine data type of parameter $n" (42P18), "there is no parameter $n" (42P02), in
/// any language.
std::uint32_t parameter_in_message(const ErrorFields& fields) noexcept {
  if (fields.sqlstate != "42P18" && fields.sqlstate != "42P02") return 0;
  const std::size_t dollar = fields.message.rfind('$');
  return dollar == std::string_view::npos ? 0 : leading_number(fields.message.substr(dollar + 1));
}

}  // namespace

Error server_error(const ErrorFields& fields) {
  const bool ends = fields.ends_session();
  std::string message(ends ? "the server ended the session: " : "");
  message += fields.message.empty() ? "an error without a message" : fields.message;
  Error error(ends ? ErrorKind::Connection : ErrorKind::Server, std::move(message));
  error.sqlstate(fields.sqlstate);
  if (std::string detail = detail_of(fields); !detail.empty()) error.detail(std::move(detail));
  if (!fields.hint.empty()) error.hint(std::string(fields.hint));
  error.sql_position(leading_number(fields.position));
  const std::uint32_t in_context = parameter_in_context(fields.where);
  error.parameter(in_context > 0 ? in_context : parameter_in_message(fields));
  return error;
}

std::uint32_t parameter_in_context(std::string_view where) noexcept {
  const std::size_t line = portal_line(where);
  if (line == std::string_view::npos) return 0;
  where.remove_prefix(line);
  // The value that may follow the number, and the portal's name, can hold anything.
  static constexpr std::string_view kUnnamed = "unnamed portal parameter $";
  if (where.starts_with(kUnnamed)) return leading_number(where.substr(kUnnamed.size()));
  static constexpr std::string_view kNamed = "\" parameter $";
  const std::size_t named = where.starts_with("portal \"") ? where.find(kNamed) : where.npos;
  return named == where.npos ? 0 : leading_number(where.substr(named + kNamed.size()));
}

}  // namespace pgjinja::pg::wire
