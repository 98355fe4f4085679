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

TEST(ServerError, FindsTheParameterInTheServersPhrasesOnly) {
  const std::pair<const char*, std::uint32_t> kContexts[] = {
      {"unnamed portal parameter $1", 1},
      {"unnamed portal parameter $12 = '$5'", 12},
      {"unnamed portal parameter $2 = 'x\nunnamed portal parameter $9'", 2},
      {"portal \"c\" parameter $3 = '…'", 3},
      {"SQL function \"f\" statement 1\nunnamed portal parameter $4", 4},
      {"PL/pgSQL function f$7() line 3", 0},
      {"SQL function \"x\" statement 1\nPL/pgSQL function \"f parameter $7\"() line 3", 0},
      {"unnamed portal with parameters: $1 = '7'", 0},
      {"", 0},
  };
  for (const auto& [where, number] : kContexts)
    EXPECT_EQ(parameter_in_context(where), number) << where;
}

TEST(ServerError, NamesTheParameterThatHasNoTypeOrDoesNotExist) {
  ErrorFields fields;
  fields.sqlstate = "42P18";
  fields.message = "could not determine data type of parameter $3";
  EXPECT_EQ(server_error(fields).parameter(), 3U);
  fields.message = "konnte Datentyp von Parameter $2 nicht ermitteln";
  EXPECT_EQ(server_error(fields).parameter(), 2U);
  fields.message = "cannot determine type of empty array";
  EXPECT_EQ(server_error(fields).parameter(), 0U);
  fields.sqlstate = "42P02";
  fields.message = "there is no parameter $4";
  EXPECT_EQ(server_error(fields).parameter(), 4U);
  fields.sqlstate = "42703";
  fields.message = "column \"$4\" does not exist";
  EXPECT_EQ(server_error(fields).parameter(), 0U);
}

TEST(ServerError, NeverRepeatsTheValueOfAParameter) {
  for (const char* line :
       {"unnamed portal parameter $1 = 'hush'", "portal \"c\" parameter $1 = 'hush'",
        "unnamed portal with parameters: $1 = 'a\nhush'"}) {
    ErrorFields fields;
    const std::string where = std::string("PL/pgSQL function f() line 3\n") + line;
    fields.where = where;
    EXPECT_EQ(server_error(fields).detail(), "PL/pgSQL function f() line 3") << line;
    fields.where = line;
    EXPECT_EQ(server_error(fields).detail(), "") << line;
  }
}

}  // namespace
}  // namespace pgjinja::pg::wire
