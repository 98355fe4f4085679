#include <pgjinja/client/detail/expect_count.hpp>
#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::detail {

[[gnu::hot]] void expect_count(std::string_view name, std::string_view wanted, std::size_t count,
                               bool fits) {
  if (fits) return;
  throw Error(ErrorKind::Cardinality, fmt::format("template \"{}\" gave {} row{}, and {}", name,
                                                  count, count == 1 ? "" : "s", wanted))
      .hint(count == 0 ? "query_maybe gives nothing when there is no row"
                       : "query gives all rows; else narrow the WHERE clause, or LIMIT 1");
}

}  // namespace pgjinja::detail
