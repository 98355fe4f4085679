#include "pg/wire/copy_text.hpp"

#include "pg/wire/copy_place.hpp"
#include "pg/wire/describe_machine.hpp"
#include "pg/wire/scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

TEST(CopyText, EscapesWhatWouldBeReadOtherwise) {
  ByteBuffer out;
  out.append("a\tb\n");  // what stands before stays
  append_escaped(out, "x\b\f\n\r\t\v\\.y\\N");
  append_escaped(out, "");
  EXPECT_EQ(out.bytes(), "a\tb\nx\\b\\f\\n\\r\\t\\v\\\\.y\\\\N");
}

TEST(CopyText, EveryByteComesBack) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  ByteBuffer buffer;
  append_escaped(buffer, all);
  const std::string_view escaped = buffer.bytes();
  EXPECT_EQ(escaped.find_first_of("\n\t\r"), std::string::npos);
  std::string back;
  append_unescaped(back, escaped);
  EXPECT_EQ(back, all);
}

CopyPlace place_in(std::string_view where) {
  static const CopyIn copy{.table = {"s", "t, 1"}, .columns = {"id", "id two", "größe"}};
  return copy_place(where, copy);
}

TEST(CopyPlace, FindsRowAndColumnInAnyLanguage) {
  EXPECT_EQ(place_in("COPY t, 1, line 3, column id: \"x\"").row, 3U);
  EXPECT_EQ(place_in("COPY t, 1, line 3, column id: \"x\"").column, "id");
  EXPECT_EQ(place_in("COPY t, 1, line 3, column id two: \"x\"").column, "id two");
  EXPECT_EQ(place_in("COPY t, 1, Zeile 12, Spalte größe: »x«").row, 12U);
  EXPECT_EQ(place_in("COPY t, 1, Zeile 12, Spalte größe: »x«").column, "größe");
  EXPECT_EQ(place_in("COPY t, 1, ligne 4, colonne id : « x »").column, "id");
  EXPECT_EQ(place_in("COPY t, 1, line 5, column id").column, "id");
  EXPECT_EQ(place_in("COPY t, 1, line 5, column other: \"id:\"").column, "");
  EXPECT_EQ(place_in("COPY t, 1, line 5: \"1\tx\"").row, 5U);
  EXPECT_EQ(place_in("COPY t, 1, line 5: \"1\tx\"").column, "");
}

TEST(CopyPlace, KeepsTheRestOfTheContext) {
  EXPECT_EQ(place_in("PL/pgSQL f\nCOPY t, 1, line 3: \"a\nb\"").rest, "PL/pgSQL f");
  EXPECT_EQ(place_in("SQL statement \"COPY t, 1, line 3\"").row, 0U);
  EXPECT_EQ(place_in("SQL statement \"x\"").rest, "SQL statement \"x\"");
  EXPECT_EQ(place_in("COPY other, line 3").row, 0U);
  EXPECT_EQ(place_in("COPY t, 1, line").row, 0U);
  EXPECT_EQ(place_in("").row, 0U);
}

TEST(DescribeMachine, DescribesAndExecutesNothing) {
  SessionState state;
  DescribeMachine machine(state, kSql);
  std::string sent;
  feed(machine, prepared().ready().bytes(), 1, sent);
  EXPECT_EQ((Played{sent, {}, {}}.sent_types()), "PDS");
  const Description found = machine.finish();
  EXPECT_EQ(found.parameter_types, (std::vector<Oid>{oid::kInt4}));
  EXPECT_EQ(found.columns.size(), 2U);
  EXPECT_TRUE(found.returns_rows);
}

TEST(DescribeMachine, FailsAtEveryStep) {
  const ServerBytes good = prepared().ready();
  for (std::size_t step = 0; step < 3; ++step) {
    for (const bool refused : {true, false}) {
      ServerBytes script;
      for (std::size_t i = 0; i < step; ++i) {
        script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
      }
      refused ? script.error("42601").ready() : script.ready();
      SessionState state;
      DescribeMachine machine(state, kSql);
      std::string sent;
      feed(machine, script.bytes(), 1, sent);
      try {
        machine.finish();
        ADD_FAILURE() << step;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), refused ? ErrorKind::Server : ErrorKind::Protocol) << step;
        EXPECT_EQ(error.safe_to_retry(), refused) << step;
      }
      EXPECT_EQ(state.usable, refused) << step;
    }
  }
}

}  // namespace
}  // namespace pgjinja::pg::wire
