// Limits of calls on a real server: what is cancelled, what is said, and that the connection stays
// in step or is given up.

#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <regex>
#include <thread>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class InterruptionTest : public ServerFixture {
 protected:
  Connection connection{patient()};

  Error error_with(std::string_view sql, const CallLimits& limits,
                   const std::vector<Value>& parameters = {}) {
    CollectingSink sink;
    return error_of([&] { connection.execute(sql, parameters, sink, limits); });
  }
};

CallLimits within(std::chrono::milliseconds time) {
  return {.deadline = Clock::now() + time, .deadline_name = "the time of this test"};
}

/// The message without its figures.
std::string timeless(const Error& error) {
  return std::regex_replace(error.message(), std::regex("[0-9]+"), "N");
}

constexpr std::string_view kLong = "SELECT pg_sleep(60)::text";
constexpr const char* kCancelledLate =
    "the statement was cancelled after N ms, when the time of this test had passed";

TEST_F(InterruptionTest, ADeadlineCancelsAtTheServer) {
  for (int use = 0; use < 2; ++use) {
    const Error error = error_with(kLong, within(20ms));
    EXPECT_EQ(error.kind(), ErrorKind::Timeout);
    EXPECT_EQ(timeless(error), kCancelledLate);
    EXPECT_EQ(error.sqlstate(), "57014");
    EXPECT_FALSE(error.safe_to_retry());
    EXPECT_TRUE(connection.quiet());
    EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
  }
}

TEST_F(InterruptionTest, AnotherThreadMayStopACall) {
  std::stop_source source;
  std::jthread other([&] {
    std::this_thread::sleep_for(20ms);
    source.request_stop();
  });
  const Error error = error_with(kLong, {.stop = source.get_token()});
  EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
  EXPECT_EQ(timeless(error), "the statement was cancelled after N ms, as its caller asked");
  EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
}

TEST_F(InterruptionTest, WhatIsOverIsNotSent) {
  std::stop_source source;
  source.request_stop();
  const Error stopped = error_with("SELECT 1", {.stop = source.get_token()});
  EXPECT_EQ(stopped.message(), "the caller asked to stop before the statement was sent");
  const Error late = error_with("SELECT 1", within(-1ms));
  EXPECT_EQ(late.message(), "the time of this test had passed before the statement was sent");
  for (const Error& error : {stopped, late}) EXPECT_TRUE(error.safe_to_retry());
  EXPECT_EQ(connection.prepared_statements(), 0U);
  EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
}

TEST_F(InterruptionTest, AStopAfterTheEndConcernsNobody) {
  std::stop_source source;
  CollectingSink sink;
  connection.execute("SELECT 1", {}, sink, {.stop = source.get_token()});
  source.request_stop();
  const std::stop_source other;
  connection.execute("SELECT pg_sleep(0.02)::text", {}, sink, {.stop = other.get_token()});
  EXPECT_EQ(sink.rows.size(), 2U);
}

TEST_F(InterruptionTest, RowsThatFlowDoNotHoldTheDeadlineUp) {
  class Counting final : public RowSink {
   public:
    void columns(const std::vector<Column>&) override {}
    void row(std::span<const Field>) override { ++rows; }
    std::int64_t rows = 0;
  } sink;
  const Error error = error_of(
      [&] { connection.execute("SELECT generate_series(1, 1000000000)", {}, sink, within(50ms)); });
  EXPECT_EQ(timeless(error), kCancelledLate);
  EXPECT_GT(sink.rows, 0);
  EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
}

TEST_F(InterruptionTest, ScriptsAndPipelinesHaveLimitsToo) {
  EXPECT_EQ(timeless(error_of([&] {
              connection.run_script("SELECT 1; SELECT pg_sleep(60); SELECT 2", within(20ms));
            })),
            kCancelledLate);
  CollectingSink sinks[3];
  PipelineEntry entries[] = {{.sql = "SELECT '1'", .parameters = {}, .sink = &sinks[0]},
                             {.sql = kLong, .parameters = {}, .sink = &sinks[1]},
                             {.sql = "SELECT '3'", .parameters = {}, .sink = &sinks[2]}};
  connection.pipeline(entries, Grouping::Each, within(20ms));
  EXPECT_EQ(timeless(error_of([&] { std::rethrow_exception(entries[1].failure); })),
            kCancelledLate);
  EXPECT_TRUE(entries[0].done);
  EXPECT_TRUE(entries[2].done);
  EXPECT_EQ(sinks[2].rows.at(0).at(0), "3");
}

TEST_F(InterruptionTest, OfSeveralThatStandAloneEachIsCancelled) {
  CollectingSink sinks[3];
  std::vector<PipelineEntry> entries;
  for (CollectingSink& sink : sinks) {
    entries.push_back({.sql = kLong, .parameters = {}, .sink = &sink});
  }
  connection.pipeline(entries, Grouping::Each, within(20ms));
  for (const PipelineEntry& entry : entries) {
    EXPECT_EQ(timeless(error_of([&] { std::rethrow_exception(entry.failure); })), kCancelledLate);
  }
  EXPECT_EQ(first_text(connection, "SELECT 'mine'"), "mine");
}

TEST_F(InterruptionTest, InATransactionTheTransactionHasFailed) {
  connection.run_script("BEGIN");
  EXPECT_EQ(error_with(kLong, within(20ms)).sqlstate(), "57014");
  EXPECT_TRUE(connection.transaction_failed());
  connection.run_script("ROLLBACK");
}

TEST_F(InterruptionTest, AnotherReasonForAnErrorIsKept) {
  const Error error = error_with("SELECT 1 / (length(pg_sleep(0.05)::text))", within(10s));
  EXPECT_EQ(error.sqlstate(), "22012");
  connection.run_script("SET statement_timeout = 20");
  EXPECT_EQ(error_with(kLong, within(10s)).message(),
            "canceling statement due to statement timeout");
}

/// Stops a process for as long as it lives.
class Frozen {
 public:
  explicit Frozen(std::uint32_t pid) : pid_(static_cast<pid_t>(pid)) { ::kill(pid_, SIGSTOP); }
  ~Frozen() { ::kill(pid_, SIGCONT); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  pid_t pid_;
};

TEST_F(InterruptionTest, ABackendThatDoesNotAnswerIsGivenUp) {
  // A packet that fits into the socket's buffer, and one that does not.
  for (const std::size_t size : {std::size_t{1}, std::size_t{20'000'000}}) {
    Connection frozen(settings());
    const Frozen hold(frozen.backend_pid());
    CollectingSink sink;
    const std::vector<Value> parameters{std::string(size, 'x')};
    const auto began = Clock::now();
    const Error error =
        error_of([&] { frozen.execute("SELECT length($1)", parameters, sink, within(20ms)); });
    EXPECT_LT(Clock::now() - began, 10s);
    EXPECT_EQ(error.kind(), ErrorKind::Timeout);
    EXPECT_EQ(timeless(error),
              "the connection was given up after N ms: the time of this test had passed, and the "
              "server did not confirm within N ms that it has cancelled the statement");
    EXPECT_EQ(error.hint(),
              "the statement may have been executed or not: look before you repeat it");
    EXPECT_FALSE(error.safe_to_retry());
    EXPECT_FALSE(frozen.usable());
  }
}

TEST_F(InterruptionTest, WithoutPatienceAConnectionIsGivenUpAtOnce) {
  Settings impatient = settings();
  impatient.cancel_patience = 0ms;
  Connection hasty(impatient);
  CollectingSink sink;
  EXPECT_EQ(error_of([&] { hasty.execute(kLong, {}, sink, within(10ms)); }).kind(),
            ErrorKind::Timeout);
  EXPECT_FALSE(hasty.usable());
}

/// Cancellations that cross the end of the statement: whichever comes first, what follows on the
/// connection gets its own answer.
TEST_F(InterruptionTest, AThousandRacesLeaveNoConnectionDirty) {
  std::optional<Connection> racer;
  for (int i = 0; i < 1000; ++i) {
    if (!racer || !racer->usable()) racer.emplace(patient());
    CollectingSink sink;
    // From well before the statement's end to well behind it.
    const auto limit = std::chrono::microseconds(200 + (i * 7919) % 3000);
    try {
      racer->execute("SELECT pg_sleep(0.0015)::text", {}, sink, {.deadline = Clock::now() + limit});
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::Timeout) << error.what();
    }
    if (!racer->usable()) continue;
    ASSERT_EQ(first_text(*racer, "SELECT $1::text", {std::to_string(i)}), std::to_string(i));
  }
}

}  // namespace
}  // namespace pgjinja::pg
