#pragma once

#include "pg/wire/play.hpp"
#include "pg/wire/server_bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::wire {

// A statement with one parameter and two rows, and what a server says to it.
inline constexpr std::string_view kSql = "SELECT id, name FROM t WHERE id = $1";

inline ServerBytes prepared() {
  return ServerBytes()
      .parsed()
      .parameter_types({oid::kInt4})
      .columns({{"id", oid::kInt4}, {"name", oid::kText}});
}
inline ServerBytes rows() {
  return ServerBytes().bound().row({"7", std::nullopt}).row({"8", "Åbo"}).complete("SELECT 2");
}
inline ServerBytes first_use() { return prepared().then(rows()).ready(); }
inline ServerBytes later_use() { return rows().ready(); }

inline const std::vector<std::string> kRows = {"id,name", "7|NULL", "8|Åbo"};

}  // namespace pgjinja::pg::wire
