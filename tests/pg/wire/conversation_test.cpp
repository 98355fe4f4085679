// What all conversations have in common: the script that goes ahead, and what is known of a request
// whose session was lost.

#include "pg/wire/copy_in_machine.hpp"
#include "pg/wire/play.hpp"
#include "pg/wire/script_machine.hpp"
#include "pg/wire/server_bytes.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

class PreludeTest : public ::testing::Test {
 protected:
  PreludeTest() { player.state.prelude = "SET a = 1"; }

  static ServerBytes row() {
    return ServerBytes()
        .parsed()
        .parameter_types({})
        .columns({{"a", 25}})
        .bound()
        .row({"x"})
        .complete("SELECT 1")
        .ready();
  }
  Player player;
};

TEST_F(PreludeTest, GoesAheadInTheSamePacketOnce) {
  const std::string set = ServerBytes().parameter("a", "1").complete("SET").ready().bytes();
  const Played first = player.execute("SELECT 1", {}, set + row().bytes());
  EXPECT_EQ(first.sent_types(), "QPDBES");
  EXPECT_FALSE(first.error);
  EXPECT_EQ(player.sink.lines, (std::vector<std::string>{"a", "x"}));
  EXPECT_EQ(player.state.parameters.at("a"), "1");
  EXPECT_EQ(player.execute("SELECT 1", {}, {}).sent_types(), "BES");
}

TEST_F(PreludeTest, ItsRefusalDoesNotMatter) {
  const std::string refusal = ServerBytes().error("57014").ready().bytes();
  const Played played = player.execute("SELECT 1", {}, refusal + row().bytes());
  EXPECT_FALSE(played.error);
  EXPECT_EQ(player.sink.lines.back(), "x");
}

TEST_F(PreludeTest, TheEndOfTheSessionDoes) {
  EXPECT_EQ(player.execute("SELECT 1", {}, ServerBytes().fatal("57P01").bytes()).error->sqlstate(),
            "57P01");
}

TEST_F(PreludeTest, WaitsWhenNothingWasSent) {
  const Played failed = player.execute("SELECT $1", {Value::undefined("x")}, {});
  EXPECT_EQ(failed.error->kind(), ErrorKind::Encode);
  EXPECT_EQ(player.execute("SELECT 1", {}, {}).sent_types(), "QPDBES");
}

/// The error when the session ends behind a request, whose packet was sent or not.
Error lost_error(TransactionStatus status, std::string_view sql, bool sent) {
  SessionState state;
  state.transaction = status;
  ScriptMachine machine(state, sql);
  std::string out;
  if (sent) write_all(machine, out);
  machine.lost("test");
  try {
    machine.finish();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::Runtime, "none"};
}

struct Loss {
  TransactionStatus status;
  const char* sql;
  bool sent;
  bool in_doubt;
  bool safe_to_retry;
};

TEST(Doubt, IsSaidOfWhatMayHaveTakenEffectAndOfNothingElse) {
  constexpr auto kIdle = TransactionStatus::Idle;
  constexpr auto kBlock = TransactionStatus::InBlock;
  const Loss kLosses[] = {
      {kIdle, "INSERT", false, false, true},    {kIdle, "INSERT", true, true, false},
      {kBlock, "INSERT", true, false, false},   {kBlock, "INSERT", false, false, true},
      {kBlock, "COMMIT", true, true, false},    {kBlock, "INSERT; END", true, true, false},
      {kBlock, "ROLLBACK", true, false, false}, {kBlock, "COMMIT", false, false, true},
  };
  for (const Loss& loss : kLosses) {
    const Error error = lost_error(loss.status, loss.sql, loss.sent);
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_EQ(error.in_doubt(), loss.in_doubt) << loss.sql << loss.sent;
    EXPECT_EQ(error.safe_to_retry(), loss.safe_to_retry) << loss.sql << loss.sent;
  }
}

TEST(Doubt, HasItsHint) {
  EXPECT_EQ(lost_error(TransactionStatus::Idle, "INSERT", true).hint(),
            "the statement may have been executed or not: look before you repeat it");
  EXPECT_EQ(lost_error(TransactionStatus::InBlock, "INSERT", true).hint(),
            "nothing of its transaction takes effect: begin it again");
}

}  // namespace
}  // namespace pgjinja::pg::wire
