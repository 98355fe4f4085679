// What goes ahead of a request to undo what the session's last borrower has left in it: the request
// is executed behind it, or not at all.

#include "pg/wire/copy_out_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/play.hpp"
#include "pg/wire/script_machine.hpp"
#include "pg/wire/server_bytes.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

class HeldResetTest : public ::testing::Test {
 protected:
  HeldResetTest() {
    player.state.change = SessionChange::Settings;
    player.state.reset.add("RESET ALL");
    player.state.reset.add("SELECT unlock()");
    player.state.notifications.push_back({.channel = "c", .payload = "old", .sender = 1});
  }

  /// BEGIN, the two and COMMIT.
  static ServerBytes undone() {
    return ServerBytes()
        .parsed()
        .bound()
        .complete("BEGIN")
        .parsed()
        .bound()
        .parameter("a", "1")
        .complete("RESET")
        .parsed()
        .bound()
        .row({""})
        .complete("SELECT 1")
        .parsed()
        .bound()
        .complete("COMMIT");
  }
  static ServerBytes with_row(ServerBytes before) {
    return before.parsed()
        .parameter_types({})
        .columns({{"a", 25}})
        .bound()
        .row({"x"})
        .complete("SELECT 1")
        .ready();
  }
  Played select(const ServerBytes& script) {
    return player.execute("SELECT 1", {}, script.bytes());
  }

  static Error failure_of(const PipelineEntry& entry) {
    try {
      std::rethrow_exception(entry.failure);
    } catch (const Error& error) {
      return error;
    }
  }

  Player player;
};

TEST_F(HeldResetTest, GoesAheadWithoutASync) {
  player.piece = 3;
  const Played first = select(with_row(undone()));
  EXPECT_EQ(first.sent_types(), "PBEPBEPBEPBEPDBES");
  EXPECT_NE(first.sent.find("BEGIN ISOLATION LEVEL READ COMMITTED"), std::string::npos);
  EXPECT_LT(first.sent.find("RESET ALL"), first.sent.find("SELECT unlock()"));
  EXPECT_LT(first.sent.find("SELECT unlock()"), first.sent.rfind("COMMIT"));
  EXPECT_FALSE(first.error);
  EXPECT_EQ(player.sink.lines, (std::vector<std::string>{"a", "x"}));
  EXPECT_EQ(player.state.parameters.at("a"), "1");
  EXPECT_TRUE(player.state.reset.empty());
  EXPECT_TRUE(player.state.notifications.empty()) << "they are the last borrower's";
  EXPECT_EQ(player.state.answers, 1U);
  EXPECT_EQ(select({}).sent_types(), "BES");
}

TEST_F(HeldResetTest, WhatTheRequestChangesIsLeft) {
  select(with_row(undone()));
  EXPECT_EQ(player.state.change, SessionChange::None);
  player.state.change = SessionChange::Settings;
  player.state.reset.add("RESET ALL");
  player.state.reset.add("SELECT unlock()");
  player.execute("LISTEN c", {}, with_row(undone()).bytes());
  EXPECT_EQ(player.state.change, SessionChange::Some);
}

TEST_F(HeldResetTest, ItsRefusalIsTheRequests) {
  const Played played =
      select(ServerBytes().parsed().bound().complete("BEGIN").error("42501").ready('E'));
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->kind(), ErrorKind::Connection);
  EXPECT_EQ(played.error->sqlstate(), "42501");
  EXPECT_TRUE(played.error->message().starts_with(
      "what had been left in the session could not be undone: "))
      << played.error->message();
  EXPECT_EQ(played.error->hint(), "the session is closed, and nothing was executed: call again");
  EXPECT_TRUE(played.error->safe_to_retry());
  EXPECT_FALSE(played.error->in_doubt());
  EXPECT_FALSE(player.state.usable);
  EXPECT_TRUE(player.sink.lines.empty());
}

TEST_F(HeldResetTest, IsCancelledAsTheRequest) {
  ExecuteMachine machine(player.state, player.cache, "SELECT 1", {}, player.sink);
  machine.cancelling(Error(ErrorKind::Timeout, "too long"));
  std::string sent;
  feed(machine, ServerBytes().parsed().bound().error("57014").bytes(), 100, sent);
  try {
    machine.finish();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Timeout);
    EXPECT_EQ(error.sqlstate(), "57014");
    EXPECT_FALSE(error.in_doubt());
  }
  EXPECT_FALSE(player.state.usable) << "it is not known what is left";
}

TEST_F(HeldResetTest, AnEndOfTheSessionLeavesNoDoubt) {
  const Played played = select(ServerBytes().parsed().bound().complete("BEGIN").fatal("57P01"));
  EXPECT_EQ(played.error->sqlstate(), "57P01");
  EXPECT_FALSE(played.error->in_doubt()) << "the request has not been begun";
}

TEST_F(HeldResetTest, ALostConnectionLeavesDoubt) {
  EXPECT_TRUE(select(ServerBytes().parsed().bound()).error->in_doubt());
}

TEST_F(HeldResetTest, AServerThatIsReadyTooEarlyIsNotUnderstood) {
  EXPECT_EQ(select(ServerBytes().parsed().bound().complete("BEGIN").ready()).error->kind(),
            ErrorKind::Protocol);
  EXPECT_FALSE(player.state.usable);
}

TEST_F(HeldResetTest, WaitsWhenNothingWasSent) {
  const Played failed = player.execute("SELECT $1", {Value::undefined("x")}, {});
  EXPECT_EQ(failed.error->kind(), ErrorKind::Encode);
  EXPECT_EQ(player.state.change, SessionChange::Settings);
  EXPECT_EQ(select({}).sent_types(), "PBEPBEPBEPBEPDBES");
}

/// The answers come when they are asked for.
TEST_F(HeldResetTest, AScriptWaitsForIt) {
  ScriptMachine machine(player.state, "SET a = 2; NOTIFY c");
  Played played;
  feed(machine, undone().ready().complete("SET").complete("NOTIFY").ready().bytes(), 1,
       played.sent);
  EXPECT_NO_THROW(machine.finish());
  EXPECT_EQ(played.sent_types(), "PBEPBEPBEPBESQ");
  EXPECT_EQ(player.state.change, SessionChange::Settings);
  EXPECT_EQ(player.state.answers, 1U);
}

TEST_F(HeldResetTest, AScriptOfNothingIsTheResetAlone) {
  ScriptMachine machine(player.state, "");
  Played played;
  feed(machine, undone().ready().bytes(), 1, played.sent);
  EXPECT_NO_THROW(machine.finish());
  EXPECT_EQ(played.sent_types(), "PBEPBEPBEPBES");
  EXPECT_TRUE(player.state.reset.empty());
}

/// What ends a script's session before it was sent, and behind the reset without another byte.
TEST_F(HeldResetTest, AnEndBeforeAScriptIsSentLeavesNoDoubt) {
  const ServerBytes fatal = ServerBytes().parsed().bound().complete("BEGIN").fatal("57P01");
  for (const std::string& answer : {fatal.bytes(), undone().ready().bytes()}) {
    player.state.usable = true;
    ScriptMachine machine(player.state, "INSERT; COMMIT");
    std::string sent;
    write_all(machine, sent);
    std::copy(answer.begin(), answer.end(), machine.room().begin());
    machine.received(answer.size());
    machine.lost("it cannot be written");
    try {
      machine.finish();
      FAIL();
    } catch (const Error& error) {
      EXPECT_FALSE(error.in_doubt());
      EXPECT_TRUE(error.safe_to_retry());
    }
  }
}

TEST_F(HeldResetTest, WhatIsNotWantedAnyMoreIsNotSentBehindIt) {
  ScriptMachine machine(player.state, "INSERT; COMMIT");
  Played played;
  write_all(machine, played.sent);
  machine.cancelling(Error(ErrorKind::Timeout, "too long"));
  feed(machine, undone().ready().bytes(), 1, played.sent);
  EXPECT_EQ(played.sent_types(), "PBEPBEPBEPBES");
  try {
    machine.finish();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Timeout);
    EXPECT_TRUE(error.safe_to_retry());
  }
  EXPECT_FALSE(player.state.usable);
}

/// One that fails would have the server pass over the first of them only.
TEST_F(HeldResetTest, StatementsThatEndApartWaitForIt) {
  std::vector<PipelineEntry> entries{{.sql = "SELECT 1", .parameters = {}, .sink = &player.sink},
                                     {.sql = "SELECT 1", .parameters = {}, .sink = &player.sink}};
  const auto send = [&](const ServerBytes& script) {
    PipelineMachine machine(player.state, player.cache, entries, Grouping::Each);
    Played played;
    feed(machine, script.bytes(), 1, played.sent);
    machine.finish();
    return played.sent_types();
  };
  const ServerBytes refusal = ServerBytes().parsed().bound().error("42501").ready();
  EXPECT_EQ(send(refusal), "PBEPBEPBEPBES");
  EXPECT_EQ(failure_of(entries[0]).sqlstate(), "42501");
  EXPECT_TRUE(failure_of(entries[1]).safe_to_retry());
  EXPECT_FALSE(player.state.usable);
}

TEST_F(HeldResetTest, StatementsOfOneTransactionDoNot) {
  std::vector<PipelineEntry> entries{{.sql = "SELECT 1", .parameters = {}, .sink = &player.sink},
                                     {.sql = "SELECT 1", .parameters = {}, .sink = &player.sink}};
  PipelineMachine machine(player.state, player.cache, entries, Grouping::Together);
  Played played;
  write_all(machine, played.sent);
  EXPECT_EQ(played.sent_types(), "PBEPBEPBEPBEPDBEBES");
}

TEST_F(HeldResetTest, WhatWaitsForItAndIsNotSentIsNotInDoubt) {
  for (const bool lost : {true, false}) {
    player.state.usable = true;
    ScriptMachine machine(player.state, "INSERT; COMMIT");
    std::string sent;
    write_all(machine, sent);
    lost ? machine.lost("test") : machine.abandon(Error(ErrorKind::Timeout, "too long"));
    try {
      machine.finish();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), lost ? ErrorKind::Connection : ErrorKind::Timeout);
      EXPECT_FALSE(error.in_doubt());
      EXPECT_TRUE(error.safe_to_retry());
    }
  }
}

/// CopyOutMachine sends its Sync at the end only.
TEST_F(HeldResetTest, ItsRefusalEndsWhatHasNoSyncYet) {
  CopyOutMachine machine(player.state, "SELECT 1", player.sink);
  std::string sent;
  feed(machine, ServerBytes().parsed().bound().error("42501").bytes(), 100, sent);
  EXPECT_EQ(machine.wait(), Conversation::Wait::Done);
  EXPECT_FALSE(player.state.usable);
}

}  // namespace
}  // namespace pgjinja::pg::wire
