#include "pg/codec/field_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::pg {

Error malformed(std::string_view type, Field field) {
  constexpr std::size_t kShown = 24;
  std::string shown;
  for (const char c : field.bytes().substr(0, kShown)) {
    const bool printable = c >= ' ' && c <= '~';
    shown += printable
                 ? std::string(1, c)
                 : fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return Error(ErrorKind::Protocol,
               fmt::format("the server sent {} bytes that are no {}: '{}{}'", field.size, type,
                           shown, field.size > kShown ? "…" : ""));
}

void throw_malformed(std::string_view type, Field field) { throw malformed(type, field); }

Error does_not_fit(std::string_view what, std::string_view target) {
  return Error(ErrorKind::Mapping, fmt::format("{} does not fit {}", what, target));
}

}  // namespace pgjinja::pg
