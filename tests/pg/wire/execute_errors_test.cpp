#include "pg/wire/execute_machine.hpp"
#include "pg/wire/scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

TEST(ExecuteErrors, AnEndAnywhereIsALostConnection) {
  const std::string all = first_use().bytes();
  for (std::size_t size = 0; size < all.size(); ++size) {
    Player player;
    const Played played = player.execute(kSql, {7}, std::string_view(all).substr(0, size));
    ASSERT_TRUE(played.error) << size;
    EXPECT_EQ(played.error->kind(), ErrorKind::Connection) << size;
    EXPECT_FALSE(played.error->safe_to_retry()) << size;
    EXPECT_FALSE(player.state.usable) << size;
  }
}

TEST(ExecuteErrors, ALossBeforeAnythingWasSentIsSafeToRetry) {
  Player player;
  ExecuteMachine machine(player.state, player.cache, kSql, {}, player.sink);
  machine.lost("broken pipe");
  try {
    machine.finish();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_TRUE(error.safe_to_retry());
  }
}

TEST(ExecuteErrors, AnyWrongMessageIsAProtocolError) {
  const ServerBytes good = first_use();
  for (std::size_t at = 0; at < good.messages().size(); ++at) {
    for (int type = 0; type < 256; ++type) {
      const char wrong = static_cast<char>(type);
      if (std::string_view("NASE").find(wrong) != std::string_view::npos) continue;
      ServerBytes script;
      for (std::size_t i = 0; i < at; ++i) {
        script.message(good.messages()[i][0], good.messages()[i].substr(kMessageHead));
      }
      const std::string_view original = good.messages()[at];
      if (original[0] == wrong) continue;
      const bool executing =
          original[0] == 'D' || (original[0] == 'C' && at + 2 >= good.messages().size());
      if (executing && std::string_view("CDIGH").find(wrong) != std::string_view::npos) continue;
      script.message(wrong, original.substr(kMessageHead));
      Player player;
      const Played played = player.execute(kSql, {7}, script.bytes());
      ASSERT_TRUE(played.error);
      EXPECT_EQ(played.error->kind(), ErrorKind::Protocol) << at << ' ' << type;
      EXPECT_FALSE(player.state.usable);
    }
  }
}

TEST(ExecuteErrors, SurvivesAnyChangedByte) {
  const std::string all = first_use().bytes();
  for (std::size_t at = 0; at < all.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string bytes = all;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      Player player;
      player.execute(kSql, {7}, bytes);
    }
  }
}

TEST(ExecuteErrors, RefusesImpossibleLengths) {
  for (const std::string_view length :
       {std::string_view("\0\0\0\0", 4), std::string_view("\0\0\0\3", 4),
        std::string_view("\x40\0\0\3", 4), std::string_view("\xFF\xFF\xFF\xFF", 4)}) {
    Player player;
    const Played played = player.execute(kSql, {7}, "1" + std::string(length));
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->kind(), ErrorKind::Protocol);
  }
}

struct Refusal {
  const char* step;
  ServerBytes script;
  bool cached;
  bool safe;
};

TEST(ExecuteErrors, KnowsWhatARefusalLeavesBehind) {
  const ServerBytes one_row = prepared().bound().row({"7", "x"});
  const Refusal kRefusals[] = {
      {"parse", ServerBytes().error("42601"), false, true},
      {"describe parameters", ServerBytes().parsed().error("XX000"), false, true},
      {"describe columns", ServerBytes().parsed().parameter_types({}).error("XX000"), false, true},
      {"bind", prepared().error("22P02"), true, true},
      {"execute", prepared().bound().error("22012"), true, false},
      {"mid-row", ServerBytes(one_row).error("22012"), true, false},
      {"commit", ServerBytes(one_row).complete("SELECT 1").error("23503"), true, false},
  };
  for (const Refusal& refusal : kRefusals) {
    Player player;
    ServerBytes script = refusal.script;
    const Played played = player.execute(kSql, {7}, script.ready().bytes());
    ASSERT_TRUE(played.error) << refusal.step;
    EXPECT_EQ(played.error->kind(), ErrorKind::Server) << refusal.step;
    EXPECT_EQ(played.error->sqlstate().size(), 5U) << refusal.step;
    EXPECT_EQ(played.error->safe_to_retry(), refusal.safe) << refusal.step;
    EXPECT_EQ(player.cache.size(), refusal.cached ? 1U : 0U) << refusal.step;
    EXPECT_TRUE(player.state.usable) << refusal.step;
  }
}

TEST(ExecuteErrors, ClosesWhatWasParsedAndNotDescribed) {
  Player player;
  player.execute(kSql, {7}, ServerBytes().parsed().error("XX000").ready().bytes());
  const Played next = player.execute("SELECT 1", {},
                                     ServerBytes()
                                         .closed()
                                         .parsed()
                                         .parameter_types({})
                                         .no_data()
                                         .bound()
                                         .complete("X")
                                         .ready()
                                         .bytes());
  EXPECT_FALSE(next.error);
  EXPECT_EQ(next.sent_types(), "CPDBES");
}

TEST(ExecuteErrors, InATransactionNothingIsSafeToRetry) {
  Player player;
  player.state.transaction = TransactionStatus::InBlock;
  const Played played = player.execute(kSql, {7}, ServerBytes().error("42601").ready('E').bytes());
  ASSERT_TRUE(played.error);
  EXPECT_FALSE(played.error->safe_to_retry());
  EXPECT_EQ(player.state.transaction, TransactionStatus::Failed);
}

TEST(ExecuteErrors, CarriesTheServersFields) {
  Player player;
  const Played played = player.execute(kSql, {"x"},
                                       prepared()
                                           .error("22P02", {{'D', "detail"},
                                                            {'H', "do that"},
                                                            {'P', "12"},
                                                            {'W', "unnamed portal parameter $2"},
                                                            {'z', "new"}})
                                           .ready()
                                           .bytes());
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->message(), "no");
  EXPECT_EQ(played.error->sqlstate(), "22P02");
  EXPECT_EQ(played.error->hint(), "do that");
  EXPECT_EQ(played.error->sql_position(), 12U);
  EXPECT_EQ(played.error->parameter(), 2U);
  EXPECT_EQ(played.error->detail(), "detail");
}

TEST(ExecuteErrors, AFatalErrorIsALostConnectionWithAState) {
  Player player;
  const Played before = player.execute(kSql, {7}, ServerBytes().fatal("57P01").bytes());
  ASSERT_TRUE(before.error);
  EXPECT_EQ(before.error->kind(), ErrorKind::Connection);
  EXPECT_EQ(before.error->sqlstate(), "57P01");
  EXPECT_TRUE(before.error->safe_to_retry());
  EXPECT_FALSE(player.state.usable);

  Player other;
  const Played after = other.execute(kSql, {7}, prepared().bound().fatal("57P01").bytes());
  ASSERT_TRUE(after.error);
  EXPECT_FALSE(after.error->safe_to_retry());
}

/// What a server that ends the session leaves open.
struct LastWords {
  const char* name;
  TransactionStatus before;
  std::string sql;
  ServerBytes said;
  bool in_doubt;
  bool safe_to_retry;
};

TEST(ExecuteErrors, AFatalErrorLeavesDoubtBehindAnAnswerAndAtACommit) {
  constexpr auto kIdle = TransactionStatus::Idle;
  constexpr auto kBlock = TransactionStatus::InBlock;
  const auto insert = [] { return ServerBytes().parsed().parameter_types({}).no_data().bound(); };
  const auto begun = insert();
  const auto done = insert().complete("INSERT 0 1");
  const auto with = [](ServerBytes bytes, std::string_view state) { return bytes.fatal(state); };
  const LastWords kCases[] = {
      {"before it began", kIdle, "INSERT", with({}, "57P01"), false, true},
      {"in the middle", kIdle, "INSERT", with(begun, "57P01"), false, false},
      {"behind its answer", kIdle, "INSERT", with(done, "57P01"), true, false},
      {"in a block", kBlock, "INSERT", with(done, "57P01"), false, false},
      {"committing", kBlock, "COMMIT", with(begun, "57P01"), true, false},
      {"committed", kBlock, "COMMIT", with(insert().complete("COMMIT"), "57P01"), true, false},
      {"rolling back", kBlock, "ROLLBACK", with(begun, "57P01"), false, false},
      {"a pooler that lost its server", kIdle, "INSERT", with({}, "08P01"), true, false},
      {"the same in a block", kBlock, "INSERT", with({}, "08P01"), false, false},
      {"the same at a commit", kBlock, "COMMIT", with({}, "08P01"), true, false},
  };
  for (const LastWords& one : kCases) {
    Player player;
    player.state.transaction = one.before;
    const Played played = player.execute(one.sql, {}, one.said.bytes());
    ASSERT_TRUE(played.error) << one.name;
    EXPECT_EQ(played.error->in_doubt(), one.in_doubt) << one.name;
    EXPECT_EQ(played.error->safe_to_retry(), one.safe_to_retry) << one.name;
    EXPECT_EQ(played.error->hint().starts_with("the statement may have been executed"),
              one.in_doubt)
        << one.name;
  }
}

struct Unsendable {
  const char* name;
  std::string sql;
  std::vector<Value> parameters;
  std::uint32_t parameter;
};

TEST(ExecuteErrors, SendsNothingThatCannotBeEncoded) {
  const Unsendable kCases[] = {
      {"undefined", "SELECT $1, $2", {1, Value::undefined("who")}, 2},
      {"NUL in a text", "SELECT $1", {std::string_view("a\0b", 3)}, 1},
      {"too many", "SELECT 1", std::vector<Value>(65536), 0},
      {"NUL in the statement", std::string("SELECT\0 1", 9), {}, 0},
  };
  for (const Unsendable& c : kCases) {
    Player player;
    const Played played = player.execute(c.sql, c.parameters, first_use().bytes());
    ASSERT_TRUE(played.error) << c.name;
    EXPECT_EQ(played.error->kind(), ErrorKind::Encode) << c.name;
    EXPECT_EQ(played.error->parameter(), c.parameter) << c.name;
    EXPECT_EQ(played.sent, "") << c.name;
    EXPECT_FALSE(player.execute(kSql, {7}, first_use().bytes()).error) << c.name;
  }
}

TEST(ExecuteErrors, GivesUpASessionWhoseTextItCannotRead) {
  for (const auto& [name, value] :
       {std::pair("DateStyle", "German, DMY"), std::pair("client_encoding", "LATIN1"),
        std::pair("IntervalStyle", "iso_8601"), std::pair("standard_conforming_strings", "off")}) {
    Player player;
    const Played played = player.execute("SET x", {},
                                         ServerBytes()
                                             .parsed()
                                             .parameter_types({})
                                             .no_data()
                                             .bound()
                                             .complete("SET")
                                             .parameter(name, value)
                                             .ready()
                                             .bytes());
    ASSERT_TRUE(played.error) << name;
    EXPECT_EQ(played.error->kind(), ErrorKind::Config) << name;
    EXPECT_FALSE(player.state.usable) << name;
  }
}

}  // namespace
}  // namespace pgjinja::pg::wire
