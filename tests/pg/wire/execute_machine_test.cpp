#include "pg/wire/execute_machine.hpp"

#include "pg/wire/scripts.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

TEST(ExecuteMachine, PreparesAtTheFirstUseOnly) {
  Player player;
  const Played first = player.execute(kSql, {7}, first_use().bytes());
  ASSERT_FALSE(first.error) << first.error->what();
  EXPECT_EQ(first.sent_types(), "PDBES");
  EXPECT_EQ(first.outcome.tag, "SELECT 2");
  EXPECT_EQ(first.outcome.rows, 2);
  EXPECT_EQ(player.sink.lines, kRows);

  const Played second = player.execute(kSql, {7}, later_use().bytes());
  ASSERT_FALSE(second.error) << second.error->what();
  EXPECT_EQ(second.sent_types(), "BES");
  EXPECT_EQ(player.cache.size(), 1U);
}

TEST(ExecuteMachine, SaysEverythingInTextFirstAndInBinaryLater) {
  Player player;
  const std::string first = player.execute(kSql, {7}, first_use().bytes()).sent;
  const std::string text_bind("B\0\0\0\x1C\0pgjinja_1\0\0\1\0\0\0\1\0\0\0\1\x37\0\0", 29);
  EXPECT_NE(first.find(text_bind), std::string::npos);
  const std::string later = player.execute(kSql, {7}, later_use().bytes()).sent;
  const std::string binary_bind("B\0\0\0\x23\0pgjinja_1\0\0\1\0\1\0\1\0\0\0\4\0\0\0\7\0\2\0\1\0\1",
                                36);
  EXPECT_EQ(later.substr(0, binary_bind.size()), binary_bind);
}

TEST(ExecuteMachine, DoesNotCareHowBytesAreCut) {
  for (std::size_t piece = 1; piece < 40; ++piece) {
    Player player;
    player.piece = piece;
    EXPECT_FALSE(player.execute(kSql, {7}, first_use().bytes()).error) << piece;
    EXPECT_EQ(player.sink.lines, kRows) << piece;
  }
}

TEST(ExecuteMachine, TakesAsynchronousMessagesAnywhere) {
  const ServerBytes all = first_use();
  ServerBytes disturbed;
  for (const std::string_view part : all.messages()) {
    disturbed.notice()
        .parameter("TimeZone", "Asia/Tokyo")
        .message('A', std::string("\0\0\0\1c\0p\0", 8));
    disturbed.message(part[0], part.substr(kMessageHead));
  }
  Player player;
  EXPECT_FALSE(player.execute(kSql, {7}, disturbed.bytes()).error);
  EXPECT_EQ(player.sink.lines, kRows);
  EXPECT_EQ(player.state.parameters.find("TimeZone")->second, "Asia/Tokyo");
}

struct Stale {
  const char* name;
  ServerBytes refusal;
};

ServerBytes changed_type() {
  return ServerBytes().error("0A000", {{'R', "RevalidateCachedQuery"}});
}

TEST(ExecuteMachine, PreparesAStaleStatementAnew) {
  for (const Stale& stale :
       {Stale{"type", changed_type()}, Stale{"lost", ServerBytes().error("26000")}}) {
    Player player;
    player.piece = 1;
    player.execute(kSql, {7}, first_use().bytes());
    player.sink.lines.clear();
    const Played played = player.execute(
        kSql, {7}, ServerBytes(stale.refusal).ready().closed().then(first_use()).bytes());
    EXPECT_FALSE(played.error) << stale.name;
    EXPECT_EQ(played.sent_types(), "BESCPDBES") << stale.name;
    EXPECT_EQ(player.sink.lines, kRows) << stale.name;
    EXPECT_EQ(player.cache.size(), 1U) << stale.name;
  }
}

TEST(ExecuteMachine, PreparesAnewWhenBindRefusesACachedStatement) {
  for (const char* state : {"42883", "22P02", "22003", "XX000", "42501"}) {
    Player player;
    player.piece = 1;
    player.execute(kSql, {7}, first_use().bytes());
    player.sink.lines.clear();
    const Played played = player.execute(
        kSql, {7}, ServerBytes().error(state).ready().closed().then(first_use()).bytes());
    EXPECT_FALSE(played.error) << state;
    EXPECT_EQ(played.sent_types(), "BESCPDBES") << state;
    EXPECT_EQ(player.sink.lines, kRows) << state;
  }
}

TEST(ExecuteMachine, AMistakeOfTheCallersCostsOneRoundTripMore) {
  Player player;
  player.piece = 1;
  const ServerBytes mistake =
      ServerBytes().error("22P02", {{'W', "unnamed portal parameter $1"}}).ready();
  player.execute(kSql, {7}, first_use().bytes());
  for (int i = 0; i < 2; ++i) {
    const Played played = player.execute(
        kSql, {"x"}, ServerBytes(mistake).closed().then(prepared()).then(mistake).bytes());
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->sqlstate(), "22P02");
    EXPECT_EQ(played.error->parameter(), 1U);
    EXPECT_TRUE(played.error->safe_to_retry());
    EXPECT_EQ(played.sent_types(), "BESCPDBES");
    EXPECT_EQ(player.cache.size(), 1U);
  }
}

TEST(ExecuteMachine, DoesNotRepeatWhatOnlyTheMomentRefused) {
  for (const char* state : {"57014", "55P03", "40P01", "53200"}) {
    Player player;
    player.execute(kSql, {7}, first_use().bytes());
    const Played played = player.execute(kSql, {7}, ServerBytes().error(state).ready().bytes());
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->sqlstate(), state);
    EXPECT_EQ(played.sent_types(), "BES");
    EXPECT_EQ(player.cache.size(), 1U);
  }
}

TEST(ExecuteMachine, DropsWhatItCannotRepeatInATransaction) {
  for (const auto& [state, hinted] : {std::pair("42883", true), std::pair("XX000", true),
                                      std::pair("22P02", false), std::pair("42501", false)}) {
    Player player;
    player.execute(kSql, {7}, prepared().then(rows()).ready('T').bytes());
    const Played played = player.execute(kSql, {7}, ServerBytes().error(state).ready('E').bytes());
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->sqlstate(), state);
    EXPECT_EQ(played.error->hint().empty(), !hinted) << state;
    EXPECT_EQ(played.sent_types(), "BES");
    EXPECT_EQ(player.cache.size(), 0U);
  }
}

TEST(ExecuteMachine, AsksTheServerAboutAValueThatDoesNotFitACachedType) {
  Player player;
  player.execute(kSql, {7}, first_use().bytes());
  const std::int64_t large = 5'000'000'000;
  const Played played = player.execute(
      kSql, {large},
      prepared().error("22003", {{'W', "unnamed portal parameter $1"}}).ready().bytes());
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->kind(), ErrorKind::Server);
  EXPECT_EQ(played.error->parameter(), 1U);
  EXPECT_EQ(played.sent_types(), "PDBES");
  const Played fits = player.execute(kSql, {7}, ServerBytes().closed().then(later_use()).bytes());
  EXPECT_FALSE(fits.error);
  EXPECT_EQ(fits.sent_types(), "CBES");
  EXPECT_EQ(player.cache.size(), 1U);
}

TEST(ExecuteMachine, KeepsAStatementWhenNoTypeIsToBlame) {
  Player player;
  player.execute(kSql, {7}, first_use().bytes());
  const Played played = player.execute(kSql, {Value::undefined("who")}, {});
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->kind(), ErrorKind::Encode);
  EXPECT_EQ(played.error->parameter(), 1U);
  EXPECT_EQ(player.execute(kSql, {7}, later_use().bytes()).sent_types(), "BES");
}

TEST(ExecuteMachine, DoesNotRepeatInATransactionOrAfterBind) {
  const ServerBytes refusals[] = {ServerBytes(changed_type()).ready('E'),
                                  ServerBytes().bound().then(changed_type()).ready('E')};
  for (const ServerBytes& refusal : refusals) {
    Player player;
    player.execute(kSql, {7}, prepared().then(rows()).ready('T').bytes());
    const Played played = player.execute(kSql, {7}, refusal.bytes());
    ASSERT_TRUE(played.error);
    EXPECT_EQ(played.error->sqlstate(), "0A000");
    EXPECT_EQ(played.sent_types(), "BES");
  }
}

TEST(ExecuteMachine, AnAnswerBeforeTheQuestionIsAProtocolError) {
  Player player;
  player.execute(kSql, {7}, first_use().bytes());
  const Played played =
      player.execute(kSql, {7}, changed_type().ready().closed().then(first_use()).bytes());
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->kind(), ErrorKind::Protocol);
}

TEST(ExecuteMachine, RepeatsOnce) {
  Player player;
  player.piece = 1;
  player.execute(kSql, {7}, first_use().bytes());
  ServerBytes script = changed_type();
  script.ready().closed().then(prepared()).then(changed_type()).ready();
  const Played played = player.execute(kSql, {7}, script.bytes());
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->sqlstate(), "0A000");
  EXPECT_TRUE(player.state.usable);
}

TEST(ExecuteMachine, RethrowsWhatTheSinkThrewAfterTheWholeAnswer) {
  for (const int at : {0, 1, 2}) {
    Player player;
    player.sink.throw_at = at;
    EXPECT_THROW(player.execute(kSql, {7}, first_use().bytes()), std::runtime_error);
    EXPECT_EQ(player.sink.lines.size(), static_cast<std::size_t>(at) + 1);
    EXPECT_TRUE(player.state.usable);
    EXPECT_TRUE(player.state.in.bytes().empty());
  }
}

TEST(ExecuteMachine, SendsTheCloseOfEvictedStatementsInTheNextPacket) {
  Player player(1);
  player.execute("SELECT 1", {7}, first_use().bytes());
  EXPECT_EQ(player.execute("SELECT 2", {7}, first_use().bytes()).sent_types(), "PDBES");
  const Played third =
      player.execute("SELECT 3", {7}, ServerBytes().closed().then(first_use()).bytes());
  EXPECT_FALSE(third.error);
  EXPECT_EQ(third.sent_types(), "CPDBES");
  EXPECT_NE(third.sent.find(std::string("Spgjinja_1\0", 11)), std::string::npos);
  EXPECT_EQ(player.cache.size(), 1U);
}

TEST(ExecuteMachine, WithoutACacheUsesTheUnnamedStatement) {
  Player player(0);
  for (int i = 0; i < 2; ++i) {
    const Played played = player.execute(kSql, {7}, first_use().bytes());
    EXPECT_FALSE(played.error);
    EXPECT_EQ(played.sent_types(), "PDBES");
  }
  EXPECT_EQ(player.cache.size(), 0U);
}

TEST(ExecuteMachine, PreparesAnewWhatCannotBeKept) {
  Player player;
  const std::string large = "SELECT '" + std::string(64 * 1024, 'x') + "'";
  for (const std::string& sql : {std::string("FETCH 1 FROM c"), large}) {
    const ServerBytes nothing = ServerBytes().parsed().parameter_types({}).no_data();
    player.execute(sql, {}, ServerBytes(nothing).error("34000").ready().bytes());
    for (int i = 0; i < 2; ++i) {
      const Played played = player.execute(sql, {7}, first_use().bytes());
      EXPECT_FALSE(played.error);
      EXPECT_EQ(played.sent_types(), "PDBES");
      EXPECT_EQ(played.sent.substr(5, 1 + sql.size()), '\0' + sql);
    }
  }
  EXPECT_EQ(player.cache.size(), 0U);
}

TEST(ExecuteMachine, ForgetsItsStatementsWhenTheServerDoes) {
  Player player;
  player.execute(kSql, {7}, first_use().bytes());
  player.execute("DISCARD ALL", {},
                 ServerBytes()
                     .parsed()
                     .parameter_types({})
                     .no_data()
                     .bound()
                     .complete("DISCARD ALL")
                     .ready()
                     .bytes());
  EXPECT_EQ(player.cache.size(), 0U);
  EXPECT_EQ(player.execute(kSql, {7}, first_use().bytes()).sent_types(), "PDBES");
}

TEST(ExecuteMachine, RefusesCopyAndComesBackClean) {
  const std::string in("\0\0\1\0\0", 5);
  Player from;
  from.piece = 1;
  const Played fed = from.execute("COPY t FROM STDIN", {},
                                  ServerBytes()
                                      .parsed()
                                      .parameter_types({})
                                      .no_data()
                                      .bound()
                                      .message('G', in)
                                      .copy_failed()
                                      .ready()
                                      .bytes());
  ASSERT_TRUE(fed.error);
  EXPECT_NE(fed.error->message().find("COPY"), std::string::npos);
  EXPECT_EQ(fed.sent_types(), "PDBESfS");
  EXPECT_TRUE(from.state.usable);

  Player to;
  const Played drained = to.execute("COPY t TO STDOUT", {},
                                    ServerBytes()
                                        .parsed()
                                        .parameter_types({})
                                        .no_data()
                                        .bound()
                                        .message('H', in)
                                        .message('d', "1\n")
                                        .message('c')
                                        .complete("COPY 1")
                                        .ready()
                                        .bytes());
  ASSERT_TRUE(drained.error);
  EXPECT_EQ(drained.sent_types(), "PDBES");
  EXPECT_TRUE(to.state.usable);
}

TEST(ExecuteMachine, StaysInStepWhenTheServerRefusesACopyItself) {
  const std::string in("\0\0\1\0\0", 5);
  const ServerBytes begun = ServerBytes().parsed().parameter_types({}).no_data().bound();
  const ServerBytes refused = ServerBytes(begun).message('G', in).error("42809");
  const std::pair<const char*, ServerBytes> kCases[] = {
      {"before it read the Sync", ServerBytes(refused).ready().ready().closed().ready()},
      {"after it passed over the Sync", ServerBytes(refused).ready().closed().ready()},
  };
  for (const auto& [when, script] : kCases) {
    // The second time all comes at once that can come before anything of ours was read.
    const std::size_t unasked = ServerBytes(refused).ready().bytes().size();
    for (const std::size_t piece : {std::size_t{1}, unasked}) {
      Player player;
      player.piece = piece;
      const Played played = player.execute("COPY v FROM STDIN", {}, script.bytes());
      ASSERT_TRUE(played.error) << when;
      EXPECT_EQ(played.error->sqlstate(), "42809") << when << ": " << played.error->what();
      EXPECT_FALSE(played.error->safe_to_retry());
      EXPECT_EQ(played.sent_types(), "PDBESfSCS") << when;
      EXPECT_TRUE(player.state.usable) << when;
    }
  }
}

TEST(ExecuteMachine, AnEmptyStatementHasAnEmptyTag) {
  Player player;
  const Played played = player.execute(
      "-- nothing", {},
      ServerBytes().parsed().parameter_types({}).no_data().bound().message('I').ready().bytes());
  EXPECT_FALSE(played.error);
  EXPECT_EQ(played.outcome.tag, "");
  EXPECT_EQ(player.sink.lines.size(), 0U);
}

TEST(ExecuteMachine, GivesLargeBuffersBackWhenTheAnswerIsComplete) {
  Player player;
  const std::string big(3 << 20, 'x');
  player.execute(kSql, {std::string_view(big)},
                 prepared().bound().row({"1", big}).complete("SELECT 1").ready().bytes());
  ASSERT_EQ(player.sink.lines.size(), 2U);
  EXPECT_EQ(player.sink.lines[1].size(), big.size() + 2);
  EXPECT_LT(player.state.in.capacity(), 1U << 20U);
  EXPECT_LT(player.state.out.capacity(), 1U << 20U);
  EXPECT_FALSE(player.execute(kSql, {7}, later_use().bytes()).error);
}

}  // namespace
}  // namespace pgjinja::pg::wire
