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

std::string detail_of(const ErrorFields& fields) {
  std::string detail(fields.detail);
  if (!fields.where.empty()) {
    if (!detail.empty()) detail += '\n';
    detail += fields.where;
  }
  return detail;
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
  return error;
}

std::uint32_t parameter_in_context(std::string_view where) noexcept {
  // Contexts of inner calls stand above that of the portal. The value that may follow the number
  // can hold anything, so the wording that English servers use goes first.
  static constexpr std::string_view kWording = " parameter $";
  if (const std::size_t at = where.find(kWording); at != std::string_view::npos) {
    return leading_number(where.substr(at + kWording.size()));
  }
  if (const std::size_t line = where.rfind('\n'); line != std::string_view::npos) {
    where.remove_prefix(line + 1);
  }
  const std::size_t dollar = where.find('$');
  return dollar == std::string_view::npos ? 0 : leading_number(where.substr(dollar + 1));
}

}  // namespace pgjinja::pg::wire
