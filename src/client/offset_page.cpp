#include "client/offset_page.hpp"

#include <pgjinja/core/error.hpp>

#include <vector>

#include <fmt/format.h>

namespace pgjinja {

OffsetPageQuery::OffsetPageQuery(std::string_view name, const Context& arguments,
                                 const OffsetRequest& request)
    : query_(name, arguments, request.size, request.sort), offset_(request.offset) {
  if (offset_ >= 0) return;
  throw Error(ErrorKind::Config, fmt::format("a page cannot begin at row {}", offset_));
}

jinja::Template OffsetPageQuery::bind(const Engine& engine, jinja::Fragment& fragment,
                                      sql::Statement& statement) {
  query_.bind(engine, fragment, statement);
  std::vector<KeysetKey> keys;
  for (const SortKey& key : query_.sort()) keys.push_back({key});
  query_.cut(statement, {}, keys);
  if (offset_ > 0) {
    statement.parameters.emplace_back(offset_);
    statement.sql += fmt::format(" OFFSET ${}", statement.parameters.size());
  }
  return query_.source();
}

jinja::Template TotalQuery::bind(const Engine& engine, jinja::Fragment& fragment,
                                 sql::Statement& statement) {
  query_.bind(engine, fragment, statement);
  query_.wrap(statement, "SELECT count(*) FROM (\n", "");
  return query_.source();
}

}  // namespace pgjinja
