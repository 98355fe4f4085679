#include "pg/wire/stream_machine.hpp"

#include "pg/wire/scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

using Wait = Conversation::Wait;

/// A stream that is told to go on whenever it pauses, and a server whose bytes come as it reads.
struct Streaming {
  explicit Streaming(std::uint32_t row_limit, std::string_view sql = kSql)
      : machine(player.state, player.cache, sql, parameters, player.sink, row_limit) {
    player.piece = 1;  // so that nothing is answered before it has been asked
  }

  /// Gives bytes until the machine is done or they are used up; then the connection is lost.
  void play(std::string_view script, int pauses_before_close = -1) {
    go_on(pauses_before_close);
    while (machine.wait() != Wait::Done && !script.empty()) {
      const std::span<char> room = machine.room();
      const std::size_t size = std::min({player.piece, script.size(), room.size()});
      std::copy_n(script.data(), size, room.data());
      script.remove_prefix(size);
      machine.received(size);
      go_on(pauses_before_close);
    }
    machine.lost("end of script");
  }

  std::string outcome() {
    try {
      const Outcome outcome = machine.finish();
      return outcome.tag + ", " + std::to_string(outcome.rows);
    } catch (const Error& error) {
      return error.sqlstate().empty() ? std::string(error_kind_name(error.kind()))
                                      : error.sqlstate();
    }
  }

  Player player;
  std::vector<Value> parameters = {7};
  StreamMachine machine;
  Played played;
  int pauses = 0;

 private:
  void go_on(int pauses_before_close) {
    if (!machine.begun()) machine.proceed();
    while (true) {
      write_all(machine, played.sent);
      if (machine.wait() != Wait::Paused) return;
      pauses++ == pauses_before_close ? machine.close() : machine.proceed();
    }
  }
};

ServerBytes suspended_after(const ServerBytes::Texts& row) {
  return ServerBytes().row(row).message('s');
}
ServerBytes two_portions() {
  return prepared()
      .bound()
      .then(suspended_after({"7", std::nullopt}))
      .then(suspended_after({"8", "Åbo"}))
      .complete("SELECT 0")
      .ready();
}

TEST(StreamMachine, AsksForOnePortionAfterTheOther) {
  Streaming streaming(1);
  streaming.play(two_portions().bytes());
  EXPECT_EQ(streaming.outcome(), "SELECT 2, 2");
  EXPECT_EQ(streaming.player.sink.lines, kRows);
  EXPECT_EQ(streaming.player.state.transaction, TransactionStatus::Idle);
  EXPECT_EQ(streaming.played.sent_types(), "PDBEHEHEHS");
}

TEST(StreamMachine, WithoutALimitAsksForAllAtOnce) {
  Streaming streaming(0);
  streaming.play(first_use().bytes());
  EXPECT_EQ(streaming.outcome(), "SELECT 2, 2");
  EXPECT_EQ(streaming.pauses, 2);
  EXPECT_EQ(streaming.played.sent_types(), "PDBES");
}

TEST(StreamMachine, PausesForEachRowThatComesAlone) {
  Streaming streaming(5);
  streaming.play(prepared().then(rows()).ready().bytes());
  EXPECT_EQ(streaming.pauses, 2);
  EXPECT_EQ(streaming.outcome(), "SELECT 2, 2");
}

TEST(StreamMachine, CountsWhatAnInsertDidAsTheServerDoes) {
  Streaming streaming(5);
  streaming.play(prepared().bound().row({"7", "x"}).complete("INSERT 0 3").ready().bytes());
  EXPECT_EQ(streaming.outcome(), "INSERT 0 3, 3");
}

TEST(StreamMachine, ClosesThePortalWhenNoMoreRowsAreWanted) {
  // While the server waits, and while rows are on their way.
  for (const int pauses : {0, 1}) {
    Streaming streaming(2);
    const ServerBytes script = prepared()
                                   .bound()
                                   .row({"7", "x"})
                                   .row({"8", "y"})
                                   .message('s')
                                   .closed()
                                   .ready();
    streaming.play(script.bytes(), pauses);
    EXPECT_EQ(streaming.machine.wait(), Wait::Done);
    EXPECT_TRUE(streaming.player.state.usable);
    EXPECT_EQ(streaming.played.sent_types(), "PDBEHCS");
    EXPECT_EQ(streaming.player.sink.lines.size(), pauses == 0 ? 2U : 3U);
    EXPECT_FALSE(streaming.machine.needs_cancel());
  }
}

TEST(StreamMachine, ClosingMayFindItsEnd) {
  Streaming streaming(9);
  streaming.play(prepared().bound().row({"7", "x"}).complete("SELECT 1").ready().bytes(), 0);
  EXPECT_TRUE(streaming.player.state.usable);
  EXPECT_EQ(streaming.played.sent_types(), "PDBEHS");
}

TEST(StreamMachine, WithoutALimitClosingTakesACancellation) {
  Streaming streaming(0);
  streaming.machine.proceed();
  EXPECT_FALSE(streaming.machine.needs_cancel());
  streaming.machine.close();
  EXPECT_TRUE(streaming.machine.needs_cancel());
  streaming.play(prepared().bound().row({"7", "x"}).error("57014").ready().bytes());
  EXPECT_TRUE(streaming.player.state.usable);
  EXPECT_TRUE(streaming.player.sink.lines.empty());
}

TEST(StreamMachine, AnErrorMidwayIsAnError) {
  const ServerBytes begun = prepared().bound().then(suspended_after({"7", "x"}));
  struct Case {
    ServerBytes script;
    const char* outcome;
    const char* sent;
  };
  const Case kCases[] = {
      {ServerBytes().error("42601").ready(), "42601", "PDBEHS"},
      {prepared().error("22P02").ready(), "22P02", "PDBEHSPDBEHS"},
      {prepared().bound().row({"7", "x"}).error("22012").ready(), "22012", "PDBEHS"},
      {ServerBytes(begun).error("22012").ready(), "22012", "PDBEHEHS"},
      {ServerBytes(begun).complete("SELECT 1").error("23503").ready(), "23503", "PDBEHEHS"},
  };
  for (const Case& c : kCases) {
    Streaming streaming(1);
    streaming.play(c.script.bytes());
    EXPECT_EQ(streaming.outcome(), c.outcome);
    if (std::string_view(c.outcome) != "22P02") {
      EXPECT_EQ(streaming.played.sent_types(), c.sent);
      EXPECT_TRUE(streaming.player.state.usable) << c.outcome;
    }
  }
}

TEST(StreamMachine, AStaleStatementIsPreparedAnewBeforeItsFirstRow) {
  Streaming first(1);
  first.play(two_portions().bytes());
  StreamMachine machine(first.player.state, first.player.cache, kSql, first.parameters,
                        first.player.sink, 1);
  std::string sent;
  machine.proceed();
  const auto give = [&](const ServerBytes& script) {
    for (const char byte : script.bytes()) {
      write_all(machine, sent);
      machine.room()[0] = byte;
      machine.received(1);
      if (machine.wait() == Wait::Paused) machine.proceed();
    }
    write_all(machine, sent);
  };
  give(ServerBytes().error("0A000", {{'R', "RevalidateCachedQuery"}}).ready());
  give(ServerBytes().closed().then(prepared()).then(rows()).ready());
  EXPECT_EQ(machine.finish().rows, 2);
  const Played played{sent, {}, {}};
  EXPECT_EQ(played.sent_types(), "BEHSCPDBEHS");
}

TEST(StreamMachine, AnEndAnywhereIsALostConnection) {
  const std::string all = two_portions().bytes();
  for (std::size_t size = 0; size < all.size(); ++size) {
    Streaming streaming(1);
    streaming.play(std::string_view(all).substr(0, size));
    EXPECT_EQ(streaming.outcome(), "connection") << size;
    EXPECT_FALSE(streaming.player.state.usable);
  }
}

TEST(StreamMachine, AnyWrongMessageIsAProtocolError) {
  const ServerBytes good = two_portions();
  for (std::size_t at = 0; at < good.messages().size(); ++at) {
    for (int type = 0; type < 256; ++type) {
      const char wrong = static_cast<char>(type);
      if (std::string_view("NASE").find(wrong) != std::string_view::npos) continue;
      const std::string_view original = good.messages()[at];
      if (original[0] == wrong) continue;
      const bool executing = std::string_view("DCs").find(original[0]) != std::string_view::npos;
      if (executing && std::string_view("DCIs").find(wrong) != std::string_view::npos) continue;
      ServerBytes script;
      for (std::size_t i = 0; i < at; ++i) {
        script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
      }
      script.message(wrong, original.substr(kMessageHead));
      Streaming streaming(1);
        streaming.play(script.bytes());
      EXPECT_EQ(streaming.outcome(), "protocol") << at << ' ' << type;
      EXPECT_FALSE(streaming.player.state.usable);
    }
  }
}

TEST(StreamMachine, AnAnswerBeforeTheQuestionIsAProtocolError) {
  Streaming streaming(1);
  streaming.player.piece = 100'000;
  streaming.play(two_portions().bytes());
  EXPECT_EQ(streaming.outcome(), "protocol");
}

TEST(StreamMachine, SurvivesAnyChangedByte) {
  const std::string all = two_portions().bytes();
  for (std::size_t at = 0; at < all.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string bytes = all;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      Streaming streaming(1);
      streaming.play(bytes);
      EXPECT_EQ(streaming.machine.wait(), Wait::Done);
    }
  }
}

TEST(StreamMachine, WhatTheSinkThrowsIsToldAtTheNextPause) {
  Streaming streaming(1);
  streaming.player.sink.throw_at = 1;
  streaming.play(two_portions().bytes());
  EXPECT_THROW(streaming.machine.check_sink(), std::runtime_error);
}

TEST(StreamMachine, RefusesWhatCannotBeStreamed) {
  Player player;
  const auto refusal = [&](std::string_view sql, std::uint32_t limit) -> std::string {
    try {
      const StreamMachine machine(player.state, player.cache, sql, {}, player.sink, limit);
      return "";
    } catch (const Error& error) {
      return error.message();
    }
  };
  EXPECT_EQ(refusal("COPY t TO STDOUT", 1), "COPY cannot be streamed as a statement");
  EXPECT_EQ(refusal("SELECT 1", 0x80000000U), "a fetch_size of 2147483648 is above 2147483647");
  player.state.transaction = TransactionStatus::InBlock;
  EXPECT_EQ(refusal("SELECT 1", 0),
            "in a transaction, a stream needs a fetch_size: ending it early would cancel the "
            "transaction otherwise");
  EXPECT_EQ(refusal("SELECT 1", 1), "");
}

}  // namespace
}  // namespace pgjinja::pg::wire
