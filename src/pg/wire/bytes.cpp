#include "pg/wire/bytes.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

[[gnu::hot]] std::string_view Cursor::text() {
  const std::size_t end = rest_.find('\0');
  if (end == std::string_view::npos) fail("has a text without an end");
  const std::string_view found = take(end);
  rest_.remove_prefix(1);
  return found;
}

void Cursor::fail(std::string_view what) const {
  throw Error(ErrorKind::Protocol, fmt::format("the server's {} message {}", message_, what));
}

}  // namespace pgjinja::pg::wire
