#include "pg/wire/backend_messages.hpp"

#include "pg/wire/server_bytes.hpp"
#include "pg/wire/server_error.hpp"

#include <pgjinja/core/error.hpp>

#include <functional>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

std::string body(const ServerBytes& message) { return message.bytes().substr(kMessageHead); }

struct Reader {
  const char* name;
  std::string good;
  std::function<void(std::string_view)> read;
};

std::vector<Reader> readers() {
  std::vector<Reader> list;
  list.push_back({"ParameterDescription", body(ServerBytes().parameter_types({20, 25})),
                  [](std::string_view b) {
                    std::vector<Oid> types;
                    read_parameter_types(b, types);
                  }});
  list.push_back({"RowDescription", body(ServerBytes().columns({{"a", 20}, {"", 25}})),
                  [](std::string_view b) {
                    std::vector<Column> columns;
                    read_columns(b, columns);
                  }});
  list.push_back(
      {"DataRow", body(ServerBytes().row({"1", std::nullopt, ""})), [](std::string_view b) {
         std::vector<Field> fields(3);
         read_row(b, fields);
       }});
  list.push_back({"CommandComplete", body(ServerBytes().complete("SELECT 1")),
                  [](std::string_view b) { read_command_tag(b); }});
  list.push_back({"ReadyForQuery", body(ServerBytes().ready()),
                  [](std::string_view b) { read_transaction_status(b); }});
  list.push_back({"ErrorResponse", body(ServerBytes().error("42601")),
                  [](std::string_view b) { read_error_fields(b); }});
  list.push_back({"ParameterStatus", body(ServerBytes().parameter("a", "b")),
                  [](std::string_view b) { read_parameter_status(b); }});
  return list;
}

TEST(BackendMessages, EveryReaderRefusesTooFewAndTooManyBytes) {
  for (const Reader& reader : readers()) {
    EXPECT_NO_THROW(reader.read(reader.good)) << reader.name;
    for (std::size_t size = 0; size < reader.good.size(); ++size) {
      // A copy of its own, so that a read behind the end is seen by the sanitizer.
      const std::vector<char> cut(reader.good.begin(),
                                  reader.good.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_THROW(reader.read(std::string_view(cut.data(), cut.size())), Error)
          << reader.name << ' ' << size;
    }
    EXPECT_THROW(reader.read(reader.good + 'x'), Error) << reader.name;
  }
}

TEST(BackendMessages, ADataRowHasTheFieldsThatWereDescribed) {
  const std::string row = body(ServerBytes().row({"one", std::nullopt, ""}));
  std::vector<Field> fields(3);
  read_row(row, fields);
  EXPECT_EQ(fields[0].bytes(), "one");
  EXPECT_TRUE(fields[1].is_null());
  EXPECT_FALSE(fields[2].is_null());
  EXPECT_EQ(fields[2].size, 0U);
  std::vector<Field> two(2);
  EXPECT_THROW(read_row(row, two), Error);
  std::string negative = row;
  store32(negative.data() + 2, 0xFFFFFFFEU);
  EXPECT_THROW(read_row(negative, fields), Error);
}

TEST(BackendMessages, CountsRowsByTheTag) {
  const std::pair<const char*, std::int64_t> kTags[] = {
      {"SELECT 3", 3},
      {"INSERT 0 5", 5},
      {"CREATE TABLE", 0},
      {"", 0},
      {"UPDATE 4000000000", 4'000'000'000},
      {"X -1", 0},
      {"X 99999999999999999999", 0},
      {"X 1x", 0},
      {"MERGE ", 0},
  };
  for (const auto& [tag, rows] : kTags) EXPECT_EQ(rows_in_tag(tag), rows) << tag;
}

TEST(ServerError, FindsTheParameterInAnyLanguage) {
  const std::pair<const char*, std::uint32_t> kContexts[] = {
      {"unnamed portal parameter $1", 1},
      {"unnamed portal parameter $12 = '$5'", 12},
      {"portal \"c\" parameter $3 = '…'", 3},
      {"unbenanntes Portal, Parameter $2", 2},
      {"SQL function \"f\" statement 1\nunnamed portal parameter $4", 4},
      {"PL/pgSQL function f() line 3", 0},
      {"", 0},
  };
  for (const auto& [where, number] : kContexts)
    EXPECT_EQ(parameter_in_context(where), number) << where;
}

}  // namespace
}  // namespace pgjinja::pg::wire
