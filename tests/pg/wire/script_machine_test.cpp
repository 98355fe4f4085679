#include "pg/wire/script_machine.hpp"

#include "pg/wire/play.hpp"
#include "pg/wire/server_bytes.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

struct Case {
  const char* name;
  ServerBytes script;
  const char* sqlstate;  ///< nullptr: no error; "": one without a state
  const char* sent;
  bool usable;
};

TEST(ScriptMachine, TakesWhatSimpleQueriesAnswer) {
  const std::string copy("\0\0\1\0\0", 5);
  const Case kCases[] = {
      {"nothing", ServerBytes().message('I').ready(), nullptr, "Q", true},
      {"commands", ServerBytes().complete("BEGIN").complete("COMMIT").ready(), nullptr, "Q", true},
      {"rows", ServerBytes().columns({{"a", 25}}).row({"x"}).complete("SELECT 1").ready(), nullptr,
       "Q", true},
      {"error", ServerBytes().complete("BEGIN").error("42601").ready('E'), "42601", "Q", true},
      {"copy in", ServerBytes().message('G', copy).copy_failed().ready(), "", "Qf", true},
      {"copy in that the server refuses",
       ServerBytes().message('G', copy).error("42809").ready().closed().ready(), "42809", "QfCS",
       true},
      {"copy out",
       ServerBytes().message('H', copy).message('d', "x").message('c').complete("COPY 1").ready(),
       "", "Q", true},
      {"copy both", ServerBytes().message('W', copy).ready(), "", "Q", false},
      {"fatal", ServerBytes().fatal("57P01"), "57P01", "Q", false},
      {"bind complete", ServerBytes().bound(), "", "Q", false},
      {"silence", ServerBytes(), "", "Q", false},
  };
  for (const Case& c : kCases) {
    SessionState state;
    Played played;
    ScriptMachine machine(state, "BEGIN; COMMIT");
    feed(machine, c.script.bytes(), 3, played.sent);
    try {
      machine.finish();
      EXPECT_EQ(c.sqlstate, nullptr) << c.name;
    } catch (const Error& error) {
      ASSERT_NE(c.sqlstate, nullptr) << c.name << ": " << error.what();
      EXPECT_EQ(error.sqlstate(), c.sqlstate) << c.name;
    }
    EXPECT_EQ(played.sent_types(), c.sent) << c.name;
    EXPECT_EQ(state.usable, c.usable) << c.name;
  }
}

TEST(ScriptMachine, RefusesANulByte) {
  SessionState state;
  EXPECT_THROW(ScriptMachine(state, std::string_view("SELECT 1;\0", 10)), Error);
}

}  // namespace
}  // namespace pgjinja::pg::wire
