// Holds the table of docs/types.md: a C++ type takes exactly the SQL types in whose lines it
// stands.

#include <pgjinja/client/nlohmann.hpp>
#include <pgjinja/client/row_type.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace page {
enum class AnEnum { A };
}
template <>
struct pgjinja::EnumLabels<page::AnEnum> {
  static constexpr std::pair<page::AnEnum, std::string_view> labels[] = {{page::AnEnum::A, "a"}};
};

namespace pgjinja {
namespace {

using Find = std::optional<pg::Codec> (*)(pg::Oid, pg::Format);

template <class... T>
std::map<std::string, Find> finders() {
  return {{detail::type_label<T>(), &detail::Column<T>::find}...};
}

std::map<std::string, Find> all_types() {
  using namespace std::chrono;
  auto all =
      finders<bool, std::int16_t, std::int32_t, std::int64_t, float, double, std::string,
              std::vector<std::byte>, std::array<std::byte, 16>, Date, year_month_day, TimeOfDay,
              microseconds, seconds, Timestamp, local_seconds, TimestampTz, sys_seconds, Interval,
              Uuid, Decimal, Json, nlohmann::json, Range<std::int32_t>, Range<std::int64_t>,
              Range<Decimal>, Range<Date>, Range<Timestamp>, Range<TimestampTz>,
              Multirange<std::int32_t>, Multirange<std::int64_t>, Multirange<Decimal>,
              Multirange<Date>, Multirange<Timestamp>, Multirange<TimestampTz>>();
  all["an enum"] = &detail::Column<page::AnEnum>::find;
  return all;
}

/// What stands between backquotes.
std::set<std::string> quoted(std::string_view cell) {
  std::set<std::string> found;
  for (std::size_t at = cell.find('`'); at != std::string_view::npos; at = cell.find('`', at)) {
    const std::size_t end = cell.find('`', at + 1);
    found.emplace(cell.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return found;
}

/// The table: SQL type to C++ types.
std::map<std::string, std::set<std::string>> table_of_the_page() {
  std::ifstream page(PGJINJA_SOURCE_ROOT "/docs/types.md");
  std::map<std::string, std::set<std::string>> table;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t second = line.find('|', 1);
    const std::size_t third = line.find('|', second + 1);
    const auto sql = quoted(std::string_view(line).substr(0, second));
    EXPECT_EQ(sql.size(), 1U) << line;
    table[*sql.begin()] = quoted(std::string_view(line).substr(second, third - second));
  }
  return table;
}

TEST(TypesPage, TellsWhatGoesWhere) {
  const auto table = table_of_the_page();
  const auto types = all_types();
  std::set<std::string> told;
  for (pg::Oid oid = 1; oid < 7000; ++oid) {
    const std::string sql = pg::type_name(oid);
    if (pg::is_foreign(oid) || sql.ends_with("[]") || sql == "unknown") continue;
    ASSERT_TRUE(table.contains(sql)) << sql << " is not in docs/types.md";
    told.insert(sql);
    std::set<std::string> taken;
    for (const auto& [label, find] : types) {
      if (!find(oid, pg::Format::Text)) continue;
      taken.insert(label);
      EXPECT_EQ(find(oid, pg::Format::Binary).has_value(), pg::has_binary_decoder(oid)) << sql;
    }
    EXPECT_EQ(table.at(sql), taken) << sql;
  }
  EXPECT_EQ(told.size(), table.size());
}

}  // namespace
}  // namespace pgjinja
