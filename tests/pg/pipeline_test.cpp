// Pipelines on a real server: what is done, what is not, and that the connection stays in step.

#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>

#include <deque>
#include <thread>

namespace pgjinja::pg {
namespace {

class PipelineTest : public ServerFixture {
 protected:
  Connection connection{settings()};

  void SetUp() override { connection.run_script("CREATE TEMP TABLE t (n int PRIMARY KEY)"); }
  [[nodiscard]] std::string numbers() {
    return first_text(connection,
                      "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM t");
  }
};

/// Statements with one number each.
struct Pipeline {
  void add(std::string_view sql, std::vector<Value> values = {}) {
    const std::vector<Value>& kept = parameters.emplace_back(std::move(values));
    entries.push_back({.sql = sql, .parameters = kept, .sink = &sinks.emplace_back()});
  }
  [[nodiscard]] std::string state(std::size_t index) const {
    const PipelineEntry& entry = entries.at(index);
    if (entry.failure == nullptr) return entry.done ? entry.outcome.tag : "-";
    try {
      std::rethrow_exception(entry.failure);
    } catch (const Error& error) {
      return error.sqlstate() + (entry.stale ? " stale" : "");
    }
  }

  std::deque<std::vector<Value>> parameters;
  std::deque<CollectingSink> sinks;
  std::vector<PipelineEntry> entries;
};

constexpr std::string_view kInsert = "INSERT INTO t VALUES ($1)";

TEST_F(PipelineTest, NothingToDoIsDone) {
  connection.pipeline({}, Grouping::Together);
  EXPECT_TRUE(connection.quiet());
}

TEST_F(PipelineTest, GivesEachItsRowsFirstAndLater) {
  for (int use = 0; use < 3; ++use) {
    Pipeline pipeline;
    for (int i = 0; i < 200; ++i) pipeline.add("SELECT $1::int4 * 2, 'x'", {i});
    pipeline.add("SELECT 'other'");
    connection.pipeline(pipeline.entries, use == 1 ? Grouping::Each : Grouping::Together);
    for (int i = 0; i < 200; ++i) {
      const CollectingSink& sink = pipeline.sinks.at(static_cast<std::size_t>(i));
      ASSERT_EQ(sink.rows.size(), 1U) << i;
      const std::string twice = std::to_string(2 * i);
      const std::string binary{'\0', '\0', static_cast<char>(2 * i >> 8),
                               static_cast<char>(2 * i & 0xFF)};
      EXPECT_EQ(sink.rows[0][0], use == 0 ? twice : binary);
      EXPECT_EQ(sink.rows[0][1], "x");
    }
    EXPECT_EQ(pipeline.sinks.back().rows.at(0).at(0), "other");
  }
  EXPECT_EQ(connection.prepared_statements(), 2U);
}

TEST_F(PipelineTest, TogetherIsOneTransaction) {
  Pipeline pipeline;
  for (const int n : {1, 2, 1, 3}) pipeline.add(kInsert, {n});
  connection.pipeline(pipeline.entries, Grouping::Together);
  EXPECT_EQ(pipeline.state(0), "-");
  EXPECT_EQ(pipeline.state(2), "23505");
  EXPECT_EQ(pipeline.state(3), "-");
  EXPECT_EQ(numbers(), "");
}

TEST_F(PipelineTest, EachIsATransactionOfItsOwn) {
  Pipeline pipeline;
  for (const int n : {1, 2, 1, 3}) pipeline.add(kInsert, {n});
  connection.pipeline(pipeline.entries, Grouping::Each);
  EXPECT_EQ(pipeline.state(0), "INSERT 0 1");
  EXPECT_EQ(pipeline.state(2), "23505");
  EXPECT_EQ(pipeline.state(3), "INSERT 0 1");
  EXPECT_EQ(numbers(), "1 2 3");
}

TEST_F(PipelineTest, ATransactionOfItsOwnInOnePacket) {
  Pipeline pipeline;
  pipeline.add("BEGIN ISOLATION LEVEL SERIALIZABLE");
  pipeline.add("SELECT set_config('statement_timeout', $1, true)", {"5s"});
  pipeline.add(
      "SELECT current_setting('statement_timeout') || ' ' ||"
      " current_setting('transaction_isolation')");
  pipeline.add("COMMIT");
  connection.pipeline(pipeline.entries, Grouping::Together);
  EXPECT_EQ(pipeline.state(3), "COMMIT");
  EXPECT_EQ(pipeline.sinks.at(2).rows.at(0).at(0), "5s serializable");
  EXPECT_FALSE(connection.in_transaction());
}

TEST_F(PipelineTest, FindsOutWhatIsStale) {
  connection.run_script("CREATE TEMP TABLE s (a int); INSERT INTO s VALUES (1)");
  const auto select = [this](Grouping grouping) {
    Pipeline pipeline;
    pipeline.add("SELECT a FROM s");
    pipeline.add(kInsert, {7});
    connection.pipeline(pipeline.entries, grouping);
    return pipeline.state(0) + ", " + pipeline.state(1);
  };
  EXPECT_EQ(select(Grouping::Each), "SELECT 1, INSERT 0 1");
  connection.run_script("ALTER TABLE s ALTER a TYPE text; DELETE FROM t");
  EXPECT_EQ(select(Grouping::Each), "0A000 stale, INSERT 0 1");
  connection.run_script("DELETE FROM t");
  EXPECT_EQ(select(Grouping::Each), "SELECT 1, INSERT 0 1");
}

TEST_F(PipelineTest, MoreStatementsThanTheCacheHolds) {
  Settings small = settings();
  small.statement_cache = 3;
  Connection narrow(small);
  for (int use = 0; use < 3; ++use) {
    Pipeline pipeline;
    std::deque<std::string> texts;
    for (int i = 0; i < 40; ++i) {
      texts.push_back("SELECT '" + std::to_string(i % 20) + "'");
      pipeline.add(texts.back());
    }
    narrow.pipeline(pipeline.entries, Grouping::Together);
    for (int i = 0; i < 40; ++i) {
      EXPECT_EQ(pipeline.sinks.at(static_cast<std::size_t>(i)).rows.at(0).at(0),
                std::to_string(i % 20));
    }
    EXPECT_EQ(narrow.prepared_statements(), 3U);
  }
  EXPECT_LE(std::stoi(first_text(narrow, "SELECT count(*)::text FROM pg_prepared_statements")), 4);
}

/// Both directions are far larger than the socket's buffers.
TEST_F(PipelineTest, MegabytesInBothDirectionsDoNotBlock) {
  const std::string large(100'000, 'x');
  Pipeline pipeline;
  for (int i = 0; i < 200; ++i) pipeline.add("SELECT $1::text || $1::text", {large});
  connection.pipeline(pipeline.entries, Grouping::Each);
  for (const CollectingSink& sink : pipeline.sinks) {
    ASSERT_EQ(sink.rows.at(0).at(0).size(), 200'000U);
  }
}

TEST_F(PipelineTest, AKilledBackendIsTheReasonOfAllThatWasLeft) {
  Pipeline pipeline;
  pipeline.add(kInsert, {1});
  pipeline.add("SELECT pg_terminate_backend(pg_backend_pid())");
  pipeline.add(kInsert, {2});
  connection.pipeline(pipeline.entries, Grouping::Each);
  EXPECT_EQ(pipeline.state(0), "INSERT 0 1");
  EXPECT_EQ(pipeline.state(1), "57P01");
  EXPECT_EQ(pipeline.state(2), "57P01");
  EXPECT_FALSE(connection.usable());
}

TEST_F(PipelineTest, AfterAnyPipelineTheNextStatementGetsItsOwnAnswer) {
  const char* const statements[] = {
      "SELECT 1 / $1::int",          "SELECT $1::text::int", "SELEC",
      "SELECT repeat('x', $1::int)", "-- nothing",           "SET x.y = 'z'"};
  unsigned random = 7;
  for (int round = 0; round < 200; ++round) {
    Pipeline pipeline;
    for (int i = 0; i < 5; ++i) {
      random = random * 1'103'515'245U + 12'345U;
      const char* const sql = statements[(random >> 16U) % std::size(statements)];
      const bool parameter = std::string_view(sql).find('$') != std::string_view::npos;
      pipeline.add(sql, parameter ? std::vector<Value>{std::to_string((random >> 20U) % 2)}
                                  : std::vector<Value>{});
    }
    connection.pipeline(pipeline.entries, round % 2 == 0 ? Grouping::Each : Grouping::Together);
    const std::string expected = std::to_string(round);
    ASSERT_EQ(first_text(connection, "SELECT $1::text", {expected}), expected);
    ASSERT_TRUE(connection.quiet());
  }
}

}  // namespace
}  // namespace pgjinja::pg
