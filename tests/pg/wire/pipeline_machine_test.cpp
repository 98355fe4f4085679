#include "pg/wire/pipeline_machine.hpp"

#include "pg/wire/scripts.hpp"

#include <deque>
#include <initializer_list>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

constexpr std::string_view kInsert = "INSERT INTO t VALUES ($1)";

/// What is asked, and what came of it.
struct Pipeline {
  explicit Pipeline(std::initializer_list<std::string_view> statements, Value parameter = 7)
      : parameters{std::move(parameter)} {
    for (const std::string_view sql : statements) {
      entries.push_back({.sql = sql, .parameters = parameters, .sink = &sinks.emplace_back()});
    }
  }
  /// "done", "stale", "SQLSTATE", what kind of error it is, or "-" for one that did not happen.
  [[nodiscard]] std::string outcome(std::size_t index) const {
    const PipelineEntry& entry = entries[index];
    if (entry.failure == nullptr) return entry.done ? "done" : "-";
    try {
      std::rethrow_exception(entry.failure);
    } catch (const Error& error) {
      const std::string said =
          error.sqlstate().empty() ? std::string(error_kind_name(error.kind())) : error.sqlstate();
      return said + (entry.stale ? " stale" : "") + (error.safe_to_retry() ? " safe" : "");
    } catch (const std::exception& error) {
      return (entry.done ? "done, " : "") + std::string(error.what());
    }
  }
  [[nodiscard]] std::string outcomes() const {
    std::string all;
    for (std::size_t i = 0; i < entries.size(); ++i) all += (i > 0 ? "; " : "") + outcome(i);
    return all;
  }

  std::vector<Value> parameters;
  std::deque<RecordingSink> sinks;
  std::vector<PipelineEntry> entries;
};

/// Gives what was sent.
std::string play(Player& player, Pipeline& pipeline, Grouping grouping, const ServerBytes& script) {
  Played played;
  try {
    PipelineMachine machine(player.state, player.cache, pipeline.entries, grouping);
    feed(machine, script.bytes(), player.piece, played.sent);
    machine.finish();
  } catch (const Error& error) {
    played.sent = error.message();
    return played.sent;
  }
  return played.sent_types();
}

ServerBytes no_rows(std::string_view tag = "INSERT 0 1") {
  return ServerBytes().bound().complete(tag);
}
ServerBytes prepared_insert() {
  return ServerBytes().parsed().parameter_types({oid::kInt4}).no_data();
}

TEST(PipelineMachine, SendsAllInOnePacketWithOneSyncOrOneEach) {
  for (const auto& [grouping, sent] :
       {std::pair(Grouping::Together, "PDBEPDBES"), std::pair(Grouping::Each, "PDBESPDBES")}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20U}) {
      Player player;
      player.piece = piece;
      const bool each = grouping == Grouping::Each;
      ServerBytes script = prepared().then(rows());
      if (each) script.ready();
      script.then(prepared_insert()).then(no_rows()).ready();
      Pipeline pipeline{kSql, kInsert};
      EXPECT_EQ(play(player, pipeline, grouping, script), sent);
      EXPECT_EQ(pipeline.outcomes(), "done; done");
      EXPECT_EQ(pipeline.sinks[0].lines, kRows);
      EXPECT_EQ(pipeline.entries[0].outcome.rows, 2);
      EXPECT_EQ(pipeline.entries[1].outcome.tag, "INSERT 0 1");
      EXPECT_EQ(player.cache.size(), 2U);
    }
  }
}

TEST(PipelineMachine, PreparesATextOnceHoweverOftenItOccurs) {
  Player player;
  Pipeline first{kInsert, kInsert, kInsert};
  const ServerBytes script =
      prepared_insert().then(no_rows()).then(no_rows()).then(no_rows()).ready();
  EXPECT_EQ(play(player, first, Grouping::Together, script), "PDBEBEBES");
  EXPECT_EQ(first.outcomes(), "done; done; done");
  EXPECT_EQ(player.cache.size(), 1U);

  Pipeline second{kInsert, kInsert};
  EXPECT_EQ(play(player, second, Grouping::Together, no_rows().then(no_rows()).ready()), "BEBES");
  EXPECT_EQ(second.outcomes(), "done; done");
}

TEST(PipelineMachine, PreparesEachTimeWhatCannotBeKept) {
  Player player(0);
  Pipeline pipeline{kInsert, kInsert};
  const ServerBytes one = prepared_insert().then(no_rows());
  EXPECT_EQ(play(player, pipeline, Grouping::Together, ServerBytes(one).then(one).ready()),
            "PDBEPDBES");
  EXPECT_EQ(pipeline.outcomes(), "done; done");
}

TEST(PipelineMachine, TogetherNothingHasHappenedWhenOneFails) {
  Player player;
  Pipeline pipeline{kInsert, kSql, kInsert};
  const ServerBytes script =
      prepared_insert().then(no_rows()).then(prepared()).bound().error("22012").ready();
  EXPECT_EQ(play(player, pipeline, Grouping::Together, script), "PDBEPDBEBES");
  EXPECT_EQ(pipeline.outcomes(), "-; 22012; -");
  EXPECT_TRUE(player.state.usable);
  EXPECT_EQ(player.cache.size(), 2U);
}

TEST(PipelineMachine, EachFailsAlone) {
  Player player;
  Pipeline pipeline{kInsert, kSql, kInsert};
  const ServerBytes script = prepared_insert()
                                 .then(no_rows())
                                 .ready()
                                 .then(prepared())
                                 .error("22P02")
                                 .ready()
                                 .then(no_rows())
                                 .ready();
  EXPECT_EQ(play(player, pipeline, Grouping::Each, script), "PDBESPDBESBES");
  EXPECT_EQ(pipeline.outcomes(), "done; 22P02 safe; done");
}

TEST(PipelineMachine, AFailureAtTheEndIsTheLastOnes) {
  for (const Grouping grouping : {Grouping::Together, Grouping::Each}) {
    Player player;
    Pipeline pipeline{kInsert};
    const ServerBytes script = prepared_insert().then(no_rows()).error("23503").ready();
    play(player, pipeline, grouping, script);
    EXPECT_EQ(pipeline.outcomes(), "23503");
  }
}

TEST(PipelineMachine, WhatCouldNotBePreparedIsTheReasonForAllThatNeededIt) {
  Player player;
  Pipeline pipeline{kInsert, kInsert, kSql};
  const ServerBytes script = ServerBytes()
                                 .error("42P01")
                                 .ready()
                                 .error("26000")
                                 .ready()
                                 .then(prepared())
                                 .then(rows())
                                 .ready();
  play(player, pipeline, Grouping::Each, script);
  EXPECT_EQ(pipeline.outcomes(), "42P01 safe; 42P01 safe; done");
  EXPECT_EQ(player.cache.size(), 1U);
}

TEST(PipelineMachine, SaysWhatIsStaleAndForgetsIt) {
  for (const Grouping grouping : {Grouping::Together, Grouping::Each}) {
    Player player;
    Pipeline before{kInsert};
    play(player, before, grouping, prepared_insert().then(no_rows()).ready());
    ASSERT_EQ(player.cache.size(), 1U);
    Pipeline pipeline{kInsert};
    play(player, pipeline, grouping,
         ServerBytes().error("0A000", {{'R', "RevalidateCachedQuery"}}).ready());
    EXPECT_EQ(pipeline.outcomes(), "0A000 stale safe");
    EXPECT_EQ(player.cache.size(), 0U);
    Pipeline again{kInsert};
    EXPECT_EQ(play(player, again, grouping,
                   ServerBytes().closed().then(prepared_insert()).then(no_rows()).ready()),
              "CPDBES");
    EXPECT_EQ(again.outcomes(), "done");
  }
}

TEST(PipelineMachine, ALossLeavesNobodyInDoubtAboutTheDoubt) {
  const ServerBytes script =
      prepared_insert().then(no_rows()).ready().then(prepared()).then(rows()).ready();
  const std::string all = script.bytes();
  const std::size_t first_ready = prepared_insert().then(no_rows()).ready().bytes().size();
  for (std::size_t size = 0; size < all.size(); ++size) {
    Player player;
    Pipeline pipeline{kInsert, kSql};
    Played played;
    PipelineMachine machine(player.state, player.cache, pipeline.entries, Grouping::Each);
    feed(machine, std::string_view(all).substr(0, size), player.piece, played.sent);
    machine.finish();
    EXPECT_EQ(pipeline.outcome(0), size < first_ready ? "connection" : "done") << size;
    EXPECT_EQ(pipeline.outcome(1), "connection") << size;
    EXPECT_FALSE(player.state.usable);
  }
}

TEST(PipelineMachine, TogetherALossConcernsAll) {
  Player player;
  Pipeline pipeline{kInsert, kSql};
  play(player, pipeline, Grouping::Together, prepared_insert().then(no_rows()).then(prepared()));
  EXPECT_EQ(pipeline.outcomes(), "connection; connection");
}

TEST(PipelineMachine, AFatalErrorIsEverybodysReason) {
  Player player;
  Pipeline pipeline{kInsert, kSql, kInsert};
  play(player, pipeline, Grouping::Each,
       prepared_insert().then(no_rows()).ready().then(prepared()).bound().fatal("57P01"));
  EXPECT_EQ(pipeline.outcomes(), "done; 57P01; 57P01 safe");
}

/// "?" for one in doubt, "again" for one that is safe to retry.
std::string doubts(const Pipeline& pipeline) {
  std::string all;
  for (const PipelineEntry& entry : pipeline.entries) {
    try {
      if (entry.failure) std::rethrow_exception(entry.failure);
      all += "done ";
    } catch (const Error& error) {
      all += error.in_doubt() ? "? " : error.safe_to_retry() ? "again " : "no ";
    }
  }
  return all;
}

TEST(PipelineMachine, AFatalErrorLeavesDoubtOnlyWhereItCame) {
  const ServerBytes first = prepared_insert().then(no_rows());
  struct Case {
    Grouping grouping;
    ServerBytes said;
    std::string doubts;
  };
  const auto with = [](ServerBytes bytes, std::string_view state) { return bytes.fatal(state); };
  const Case kCases[] = {
      {Grouping::Each, with(ServerBytes(first).ready().bound(), "57P01"), "done no again "},
      {Grouping::Each, with(ServerBytes(first).ready().then(no_rows()), "57P01"), "done ? again "},
      {Grouping::Each, with(ServerBytes(first).ready(), "57P01"), "done again again "},
      {Grouping::Each, with(ServerBytes(first).ready(), "08P01"), "done ? ? "},
      {Grouping::Together, with(first, "57P01"), "no no no "},
      {Grouping::Together, with(ServerBytes(first).then(no_rows()).then(no_rows()), "57P01"),
       "? ? ? "},
      {Grouping::Together, with(first, "08P01"), "? ? ? "},
  };
  for (const Case& one : kCases) {
    Player player;
    Pipeline pipeline{kInsert, kInsert, kInsert};
    play(player, pipeline, one.grouping, one.said);
    EXPECT_EQ(doubts(pipeline), one.doubts) << &one - kCases;
  }
}

TEST(PipelineMachine, AFatalErrorWhileItCommitsLeavesDoubt) {
  Player player;
  player.state.transaction = TransactionStatus::InBlock;
  Pipeline pipeline({kInsert, "COMMIT"});
  ServerBytes said = prepared_insert().then(no_rows());
  play(player, pipeline, Grouping::Together, said.fatal("57P01"));
  EXPECT_EQ(doubts(pipeline), "? ? ");
}

TEST(PipelineMachine, ASinkThatThrowsDoesNotConcernTheOthers) {
  Player player;
  Pipeline pipeline{kSql, kInsert};
  pipeline.sinks[0].throw_at = 1;
  const ServerBytes script =
      prepared().then(rows()).then(prepared_insert()).then(no_rows()).ready();
  play(player, pipeline, Grouping::Together, script);
  EXPECT_EQ(pipeline.outcomes(), "done, row refused; done");
}

TEST(PipelineMachine, SendsNothingWhenOneCannotBeEncoded) {
  Player player;
  Pipeline pipeline({kInsert, kSql}, Value::undefined("who"));
  EXPECT_EQ(play(player, pipeline, Grouping::Together, {}), "parameter $1 is undefined: who");
  EXPECT_EQ(pipeline.outcomes(), "encode; -");
  EXPECT_FALSE(player.execute(kSql, {7}, first_use().bytes()).error);
}

TEST(PipelineMachine, CarriesNoCopy) {
  Player player;
  Pipeline pipeline{kInsert, "/* x */ Copy t FROM STDIN"};
  EXPECT_EQ(play(player, pipeline, Grouping::Each, {}), "COPY cannot be part of a pipeline");
  EXPECT_EQ(pipeline.outcomes(), "-; config");
}

TEST(PipelineMachine, AnyWrongMessageIsAProtocolError) {
  const ServerBytes good = prepared_insert().then(no_rows()).then(prepared()).then(rows()).ready();
  const std::vector<std::string_view> messages = good.messages();
  for (std::size_t at = 0; at < messages.size(); ++at) {
    for (int type = 0; type < 256; ++type) {
      const char wrong = static_cast<char>(type);
      if (std::string_view("NASE").find(wrong) != std::string_view::npos) continue;
      const std::string_view original = messages[at];
      if (original[0] == wrong) continue;
      const bool executing = original[0] == 'D' || original[0] == 'C';
      if (executing && std::string_view("CDIH").find(wrong) != std::string_view::npos) continue;
      ServerBytes script;
      for (std::size_t i = 0; i < at; ++i) {
        script.message(messages[i][0], messages[i].substr(kMessageHead));
      }
      script.message(wrong, original.substr(kMessageHead));
      Player player;
      Pipeline pipeline{kInsert, kSql};
      play(player, pipeline, Grouping::Together, script);
      EXPECT_EQ(pipeline.outcomes(), "protocol; protocol") << at << ' ' << type;
      EXPECT_FALSE(player.state.usable);
    }
  }
}

TEST(PipelineMachine, ReadyBeforeAllIsAnsweredIsAProtocolError) {
  for (const Grouping grouping : {Grouping::Together, Grouping::Each}) {
    Player player;
    Pipeline pipeline{kInsert, kSql};
    ServerBytes script = prepared_insert().then(no_rows()).ready();
    if (grouping == Grouping::Each) script.ready();
    play(player, pipeline, grouping, script);
    EXPECT_EQ(pipeline.outcome(1), "protocol");
  }
}

TEST(PipelineMachine, SurvivesAnyChangedByte) {
  const std::string all =
      prepared_insert().then(no_rows()).ready().then(prepared()).then(rows()).ready().bytes();
  for (std::size_t at = 0; at < all.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string bytes = all;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      Player player;
      Pipeline pipeline{kInsert, kSql};
      Played played;
      PipelineMachine machine(player.state, player.cache, pipeline.entries, Grouping::Each);
      feed(machine, bytes, player.piece, played.sent);
      machine.finish();
      EXPECT_TRUE(pipeline.entries[1].done || pipeline.entries[1].failure != nullptr);
    }
  }
}

}  // namespace
}  // namespace pgjinja::pg::wire
