#include "pg/wire/cacheable.hpp"

#include "pg/wire/statement_words.hpp"

#include <cstddef>

namespace pgjinja::pg::wire {

namespace {
constexpr std::size_t kLargestCachedSql = std::size_t{64} * 1024;
}  // namespace

bool cacheable(std::string_view sql) noexcept {
  if (sql.size() > kLargestCachedSql) return false;
  const std::string_view text = from_first_word(sql);
  return !starts_with_keyword(text, "fetch") && !starts_with_keyword(text, "execute");
}

bool is_copy(std::string_view sql) noexcept {
  return starts_with_keyword(from_first_word(sql), "copy");
}

}  // namespace pgjinja::pg::wire
