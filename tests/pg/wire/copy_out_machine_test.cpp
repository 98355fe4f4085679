#include "pg/wire/copy_out_machine.hpp"

#include "pg/wire/copy_format.hpp"
#include "pg/wire/copy_scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

struct CopyOutPlayer {
  std::string play(std::string_view script) {
    sent.clear();
    sink.lines.clear();
    try {
      CopyOutMachine machine(state, "SELECT id, name FROM city -- all", sink);
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

  SessionState state;
  RecordingSink sink;
  std::size_t piece = std::size_t{1} << 20U;
  std::string sent;
  std::optional<Error> error;
};

const std::string kHeader(kCopyHeader);
const std::string kRow1("\0\2\0\0\0\1a\0\0\0\2n1", 13);
const std::string kRow2("\0\2\0\0\0\1b\377\377\377\377", 11);
const std::string kTrailer(kCopyTrailer);

ServerBytes copy_out_begins(Format format = Format::Binary) {
  return described().parsed().bound().message('H', copy_format_body(format, 2));
}
ServerBytes copied_out() {
  return copy_out_begins()
      .message('d', kHeader + kRow1)
      .message('d', kRow2)
      .message('d', kTrailer)
      .message('c')
      .complete("COPY 2")
      .ready();
}
const std::vector<std::string> kLines = {"id,name", "a|n1", "b|NULL"};

TEST(CopyOutMachine, GivesTheRowsHoweverBytesAreCut) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20U}) {
    CopyOutPlayer player;
    player.piece = piece;
    EXPECT_EQ(player.play(copied_out().bytes()), "COPY 2");
    EXPECT_EQ(player.sent_types(), "PDHPBES");
    EXPECT_EQ(player.sink.lines, kLines);
    EXPECT_NE(player.sent.find("COPY (SELECT id, name FROM city -- all\n) TO STDOUT (FORMAT "
                               "binary)"),
              std::string::npos);
  }
}

TEST(CopyOutMachine, GivesTheRowsHoweverTheyAreCutIntoMessages) {
  const std::string all = kHeader + kRow1 + kRow2 + kTrailer;
  for (std::size_t size = 1; size < all.size(); ++size) {
    ServerBytes script = copy_out_begins();
    for (std::size_t at = 0; at < all.size(); at += size) script.message('d', all.substr(at, size));
    CopyOutPlayer player;
    EXPECT_EQ(player.play(script.message('c').complete("COPY 2").ready().bytes()), "COPY 2");
    EXPECT_EQ(player.sink.lines, kLines) << size;
  }
}

TEST(CopyOutMachine, GivesTextWhereAColumnHasNoCodec) {
  const Oid some_enum = 16'500;
  ServerBytes script = ServerBytes()
                           .parsed()
                           .parameter_types({})
                           .columns({{"id", oid::kInt4}, {"mood", some_enum}})
                           .parsed()
                           .bound()
                           .message('H', copy_format_body(Format::Text, 2))
                           .message('d', "7\thap\\tpy\\\\\n8")
                           .message('d', "\t\\N\n")
                           .message('d', "9\t\\\\N\n")
                           .message('c')
                           .complete("COPY 3")
                           .ready();
  CopyOutPlayer player;
  EXPECT_EQ(player.play(script.bytes()), "COPY 3");
  EXPECT_EQ(player.sink.lines,
            (std::vector<std::string>{"id,mood", "7|hap\tpy\\", "8|NULL", "9|\\N"}));
  EXPECT_NE(player.sent.find("(FORMAT text)"), std::string::npos);
}

TEST(CopyOutMachine, RefusedAtAnyStepItStaysUsable) {
  const ServerBytes good = copied_out();
  for (std::size_t step = 0; step + 1 < good.messages().size(); ++step) {
    ServerBytes script;
    for (std::size_t i = 0; i < step; ++i) {
      script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
    }
    CopyOutPlayer player;
    player.piece = 1;
    EXPECT_EQ(player.play(script.error("42501", {{'P', "8"}}).ready().bytes()), "no") << step;
    EXPECT_EQ(player.sent_types(), step < 3 ? "PDHS" : "PDHPBES") << step;
    EXPECT_EQ(player.error->safe_to_retry(), step < 6) << step;
    EXPECT_EQ(player.error->sql_position(), step < 3 ? 8U : 0U) << step;
    EXPECT_TRUE(player.state.usable) << step;
  }
}

TEST(CopyOutMachine, LostAtAnyByteItIsALostConnection) {
  const std::string good = copied_out().bytes();
  for (std::size_t size = 0; size < good.size(); ++size) {
    CopyOutPlayer player;
    EXPECT_EQ(player.play(std::string_view(good).substr(0, size)),
              "the connection to the server was lost: end of script")
        << size;
    EXPECT_FALSE(player.state.usable) << size;
  }
}

TEST(CopyOutMachine, NoMessageMayComeOutOfTurn) {
  const ServerBytes good = copied_out();
  for (std::size_t step = 0; step < good.messages().size(); ++step) {
    for (const char type : {'1', '2', '3', 'C', 'D', 'G', 'H', 'T', 'W', 'Z', 'n', 's', 't'}) {
      const std::string_view expected = good.messages()[step];
      if (type == expected[0] || (type == 'n' && expected[0] == 'T')) continue;
      ServerBytes script;
      for (std::size_t i = 0; i < step; ++i) {
        script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
      }
      CopyOutPlayer player;
      type == 'Z' ? script.ready() : script.message(type);
      player.play(script.bytes());
      ASSERT_TRUE(player.error) << step << type;
      EXPECT_EQ(player.error->kind(), ErrorKind::Protocol) << step << type;
      EXPECT_FALSE(player.state.usable) << step << type;
    }
  }
}

TEST(CopyOutMachine, DataOfAnotherFormIsRefused) {
  const std::string other_signature = "PGCOPX\n\377\r\n";
  std::string newer = kHeader;
  newer[12] = 1;
  const std::vector<std::string> wrong = {other_signature,
                                          newer,
                                          kHeader + std::string("\0\3", 2),
                                          kHeader + std::string("\0\2\377\377\377\376", 6),
                                          kHeader + kTrailer + "x",
                                          kHeader + kTrailer + kRow1};
  for (const std::string& data : wrong) {
    CopyOutPlayer player;
    player.play(copy_out_begins().message('d', data).bytes());
    ASSERT_TRUE(player.error) << data;
    EXPECT_EQ(player.error->kind(), ErrorKind::Protocol) << data;
  }
  for (const std::string& data : {std::string(), kHeader, kHeader + kRow1, kHeader + "\377"}) {
    CopyOutPlayer player;
    EXPECT_EQ(player.play(copy_out_begins().message('d', data).message('c').bytes()),
              "the server's COPY data ends in the middle of a row");
  }
}

TEST(CopyOutMachine, PassesOverAnExtensionOfTheHeader) {
  std::string extended = kHeader;
  extended[18] = 3;
  CopyOutPlayer player;
  EXPECT_EQ(player.play(copy_out_begins()
                            .message('d', extended + "abc" + kRow1 + kTrailer)
                            .message('c')
                            .complete("COPY 1")
                            .ready()
                            .bytes()),
            "COPY 1");
  EXPECT_EQ(player.sink.lines, (std::vector<std::string>{"id,name", "a|n1"}));
}

TEST(CopyOutMachine, AThrowingSinkIsHeardWhenAllHasBeenRead) {
  for (const int at : {0, 1, 2}) {
    CopyOutPlayer player;
    player.sink.throw_at = at;
    EXPECT_EQ(player.play(copied_out().bytes()), at == 0 ? "columns refused" : "row refused");
    EXPECT_EQ(player.sink.lines.size(), static_cast<std::size_t>(at) + 1);
    EXPECT_TRUE(player.state.usable);
  }
}

TEST(CopyOutMachine, AStatementWithoutRowsIsNoQuery) {
  CopyOutPlayer player;
  EXPECT_EQ(player.play(ServerBytes().parsed().parameter_types({}).no_data().ready().bytes()),
            "a statement that returns no rows cannot be copied out");
  EXPECT_EQ(player.error->kind(), ErrorKind::Config);
  EXPECT_EQ(player.sent_types(), "PDHS");
  EXPECT_TRUE(player.state.usable);
}

}  // namespace
}  // namespace pgjinja::pg::wire
