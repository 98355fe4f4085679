#include "sql/quoted_name.hpp"

#include "core/double_quoted.hpp"
#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1, manual 4.1.1

/// The beginning of a name that is too long to be shown; cut between two code points.
std::string_view beginning(std::string_view name) {
  std::size_t end = 20;
  while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return name.substr(0, end);
}

void check_name(std::string_view name) {
  if (name.empty()) {
    throw Error(ErrorKind::Binding, "an identifier is empty").hint("give a name of 1 to 63 bytes");
  }
  if (!is_server_text(name)) {
    throw Error(ErrorKind::Binding, "an identifier has a NUL byte or invalid UTF-8")
        .hint("give a name that is valid UTF-8");
  }
  if (name.size() > kLongestName) {
    throw Error(ErrorKind::Binding,
                fmt::format("the identifier \"{}…\" has {} bytes", beginning(name), name.size()))
        .hint("PostgreSQL keeps 63 bytes of a name and would cut the rest off in silence");
  }
}

}  // namespace

void append_quoted_name(std::string& out, std::string_view name) {
  check_name(name);
  append_double_quoted(out, name);
}

}  // namespace pgjinja::sql
