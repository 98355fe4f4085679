#include "pg/wire/copy_in_machine.hpp"

#include "pg/wire/copy_scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

struct CopyInPlayer {
  /// What came of it: the tag, or the error.
  std::string play(std::string_view script) {
    copy.source = &source;
    sent.clear();
    try {
      CopyInMachine machine(state, copy);
      feed_messages(machine, script, piece, sent);
      return machine.finish().tag;
    } catch (const Error& thrown) {
      error = thrown;
      return thrown.message();
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
  }
  [[nodiscard]] std::string sent_types() const { return Played{sent, {}, {}}.sent_types(); }
  /// What was sent from the first message of this type on.
  [[nodiscard]] std::string sent_from(char type) const {
    return sent.substr(sent.find(std::string(1, type) + std::string(1, '\0')));
  }

  SessionState state;
  CountingSource source;
  CopyIn copy{.table = {"geo", "ci\"ty"}, .columns = {"id", "name"}};
  std::size_t piece = std::size_t{1} << 20U;
  std::string sent;
  std::optional<Error> error;
};

TEST(CopyInMachine, DescribesCopiesAndEnds) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20U}) {
    CopyInPlayer player;
    player.piece = piece;
    EXPECT_EQ(player.play(copied_in().bytes()), "COPY 2");
    EXPECT_EQ(player.sent_types(), "PDHPBEHdcS");
    EXPECT_NE(player.sent.find("SELECT \"id\", \"name\" FROM \"geo\".\"ci\"\"ty\""),
              std::string::npos);
    EXPECT_NE(player.sent.find("COPY \"geo\".\"ci\"\"ty\" (\"id\", \"name\") FROM STDIN (FORMAT "
                               "binary)"),
              std::string::npos);
    EXPECT_EQ(player.source.seen, "id name ");
    EXPECT_TRUE(player.copy.begun);
    EXPECT_TRUE(player.state.usable);
  }
}

TEST(CopyInMachine, WritesTheBinaryFormat) {
  CopyInPlayer player;
  player.play(copied_in().bytes());
  const std::string rows(
      "d\0\0\0\x37"
      "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
      "\0\2\0\0\0\4\0\0\0\1\0\0\0\2n1"
      "\0\2\0\0\0\4\0\0\0\2\377\377\377\377"
      "\377\377"
      "c\0\0\0\4S\0\0\0\4",
      66);
  EXPECT_EQ(player.sent_from('d'), rows);
}

TEST(CopyInMachine, WritesTheTextFormat) {
  CopyInPlayer player;
  player.source.format = Format::Text;
  EXPECT_EQ(player.play(copied_in(Format::Text).bytes()), "COPY 2");
  EXPECT_EQ(player.sent_from('d'), std::string("d\0\0\0\x0E"
                                               "1\tn1\n2\t\\N\nc\0\0\0\4S\0\0\0\4",
                                               25));
}

TEST(CopyInMachine, AnEmptySourceIsACopyOfNothing) {
  CopyInPlayer player;
  player.source = CountingSource(0);
  EXPECT_EQ(player.play(copy_in_begins().complete("COPY 0").ready().bytes()), "COPY 0");
  EXPECT_EQ(player.sent_from('d').substr(5, 21),
            std::string("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\377\377", 21));
}

TEST(CopyInMachine, RefusedAtAnyStepItSendsOneSyncAndStaysUsable) {
  const std::vector<std::string_view> steps = {"PDHS",     "PDHS",     "PDHS",      "PDHPBEHS",
                                               "PDHPBEHS", "PDHPBEHS", "PDHPBEHdcS"};
  const ServerBytes good = copied_in();
  for (std::size_t step = 0; step < steps.size(); ++step) {
    ServerBytes script;
    for (std::size_t i = 0; i < step; ++i) {
      script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
    }
    CopyInPlayer player;
    player.piece = 1;
    EXPECT_EQ(player.play(script.error("42501").ready().bytes()), "no") << step;
    EXPECT_EQ(player.sent_types(), steps[step]) << step;
    EXPECT_EQ(player.copy.begun, step == 6) << step;
    EXPECT_EQ(player.error->safe_to_retry(), step < 6) << step;
    EXPECT_TRUE(player.state.usable) << step;
  }
}

TEST(CopyInMachine, LostAtAnyByteItIsALostConnection) {
  const std::string good = copied_in().bytes();
  for (std::size_t size = 0; size < good.size(); ++size) {
    CopyInPlayer player;
    EXPECT_EQ(player.play(std::string_view(good).substr(0, size)),
              "the connection to the server was lost: end of script")
        << size;
    EXPECT_FALSE(player.state.usable) << size;
  }
}

TEST(CopyInMachine, NoMessageMayComeOutOfTurn) {
  const ServerBytes good = copied_in();
  for (std::size_t step = 0; step < good.messages().size(); ++step) {
    for (const char type : {'1', '2', '3', 'C', 'D', 'G', 'H', 'T', 'W', 'c', 'd', 'n', 's', 't'}) {
      const std::string_view expected = good.messages()[step];
      if (type == expected[0] || (type == 'n' && expected[0] == 'T')) continue;
      ServerBytes script;
      for (std::size_t i = 0; i < step; ++i) {
        script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
      }
      CopyInPlayer player;
      player.play(script.message(type).bytes());
      ASSERT_TRUE(player.error) << step << type;
      EXPECT_EQ(player.error->kind(), ErrorKind::Protocol) << step << type;
      EXPECT_FALSE(player.state.usable) << step << type;
    }
  }
}

TEST(CopyInMachine, TheServerMayNotBeReadyBeforeItHasAnswered) {
  for (const ServerBytes& script :
       {ServerBytes().ready(), described().ready(), copy_in_begins().ready()}) {
    CopyInPlayer player;
    player.play(script.bytes());
    ASSERT_TRUE(player.error);
    EXPECT_EQ(player.error->kind(), ErrorKind::Protocol);
  }
}

TEST(CopyInMachine, TheServerMayNotSpeakOfAnotherFormat) {
  for (const std::string& body :
       {copy_format_body(Format::Text, 2), copy_format_body(Format::Binary, 3),
        copy_format_body(Format::Binary, 2) + "x", std::string()}) {
    CopyInPlayer player;
    player.play(described().parsed().bound().message('G', body).bytes());
    ASSERT_TRUE(player.error);
    EXPECT_EQ(player.error->kind(), ErrorKind::Protocol);
  }
}

TEST(CopyInMachine, ASourceThatThrowsKeepsNothing) {
  CopyInPlayer early;
  early.source.throw_at = 0;
  EXPECT_EQ(early.play(described().ready().bytes()), "no begin");
  EXPECT_EQ(early.sent_types(), "PDHS");

  CopyInPlayer late;
  late.source.throw_at = 2;
  EXPECT_EQ(late.play(copy_in_begins().error("57014").ready().bytes()), "no row");
  EXPECT_EQ(late.sent_types(), "PDHPBEHfS");
  EXPECT_TRUE(late.state.usable);

  CopyInPlayer narrow;
  narrow.source.short_row = 1;
  EXPECT_EQ(narrow.play(copy_in_begins().error("57014").ready().bytes()),
            "row 1 of the COPY has 1 fields for 2 columns");
  EXPECT_TRUE(narrow.state.usable);
}

TEST(CopyInMachine, AServerThatKeepsWhatWasTakenBackIsNoServer) {
  CopyInPlayer player;
  player.source.throw_at = 1;
  player.play(copy_in_begins().complete("COPY 1").ready().bytes());
  EXPECT_FALSE(player.state.usable);
}

TEST(CopyInMachine, NamesThatAreNoneAreNotSent) {
  CopyInPlayer player;
  player.copy.columns.clear();
  EXPECT_EQ(player.play(""), "COPY needs at least one column");
  EXPECT_EQ(player.sent, "");
  player.copy.columns = {std::string(64, 'x')};
  EXPECT_EQ(player.play(""), "the name of a table or column has 64 bytes");
  player.copy.columns = {""};
  EXPECT_EQ(player.play(""), "the name of a table or column is empty");
  player.copy.columns = {std::string("a\0b", 3)};
  EXPECT_EQ(player.play(""), "the name of a table or column has a NUL byte in it");
  EXPECT_TRUE(player.state.usable);
}

TEST(CopyInMachine, TellsTheRowAndDropsItsValue) {
  CopyInPlayer player;
  const std::string where =
      "PL/pgSQL function f()\nCOPY ci\"ty, line 2, column name: \"secret\nx\"";
  player.play(copy_in_begins().error("22P02", {{'D', "why"}, {'W', where}}).ready().bytes());
  EXPECT_EQ(player.copy.failed_row, 2U);
  EXPECT_EQ(player.copy.failed_column, "name");
  EXPECT_EQ(player.error->detail(), "why\nPL/pgSQL function f()");
}

/// Takes what a machine wants to send, at most `most` bytes.
std::string send_some(Conversation& machine, std::size_t most) {
  const std::string taken(machine.output().substr(0, most));
  machine.sent(taken.size());
  return taken;
}

void hear(Conversation& machine, std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), machine.room().begin());
  machine.received(bytes.size());
}

/// A COPY of many rows, of which the first `most` bytes have been sent.
struct Underway {
  explicit Underway(std::size_t most) {
    copy.source = &source;
    machine.emplace(state, copy);
    const ServerBytes script = copy_in_begins();
    for (const std::string_view message : script.messages()) {
      while (machine->wait() == Conversation::Wait::Write) send_some(*machine, 1000);
      hear(*machine, message);
    }
    while (sent.size() < most) sent += send_some(*machine, std::min<std::size_t>(most, 999));
  }

  SessionState state;
  CountingSource source{1'000'000};
  CopyIn copy{.table = "city", .columns = {"id", "name"}};
  std::optional<CopyInMachine> machine;
  std::string sent;
};

TEST(CopyInMachine, WritesAPieceAtATime) {
  Underway copy(10'000'000);
  EXPECT_EQ(copy.machine->wait(), Conversation::Wait::Write);
  EXPECT_TRUE(copy.machine->listens());
  EXPECT_LT(copy.state.out.capacity(), 200'000U);
  EXPECT_LT(copy.source.written, 700'000U);
  std::size_t pieces = 0;
  for (std::size_t at = 0; at + 5 < copy.sent.size(); ++pieces) {
    ASSERT_EQ(copy.sent[at], 'd');
    at += 1 + load32(copy.sent.data() + at + 1);
  }
  EXPECT_GT(pieces, 100U);
}

TEST(CopyInMachine, ARefusalStopsTheRowsAtOnce) {
  for (const std::size_t most : {std::size_t{1}, std::size_t{70'000}, std::size_t{200'000}}) {
    Underway copy(most);
    const std::uint32_t written = copy.source.written;
    const std::size_t left = copy.machine->output().size();
    hear(*copy.machine, ServerBytes().error("23505").bytes());
    std::string rest;
    while (copy.machine->wait() == Conversation::Wait::Write) rest += send_some(*copy.machine, 7);
    // The piece that was under way is completed, since a message has a length.
    EXPECT_EQ(rest.size(), left + 5) << most;
    EXPECT_TRUE(rest.ends_with(std::string_view("S\0\0\0\4", 5))) << most;
    EXPECT_EQ(copy.machine->wait(), Conversation::Wait::Read) << most;
    hear(*copy.machine, ServerBytes().ready().bytes());
    EXPECT_EQ(copy.machine->wait(), Conversation::Wait::Done) << most;
    EXPECT_THROW(copy.machine->finish(), Error) << most;
    EXPECT_EQ(copy.source.written, written) << most;
    EXPECT_TRUE(copy.state.usable) << most;
  }
}

TEST(CopyInMachine, ARefusalBetweenTwoPiecesDropsTheNext) {
  Underway copy(0);
  hear(*copy.machine, ServerBytes().error("23505").bytes());
  EXPECT_EQ(copy.machine->output(), std::string_view("S\0\0\0\4", 5));
}

}  // namespace
}  // namespace pgjinja::pg::wire
