// Pages of a query, read by coroutines: what is read is what a Client reads.

#include "async/fixture.hpp"

#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

struct Note {
  std::int64_t id = 0;
  std::string text;
};

const test::Templates kTemplates = {
    {"notes", "{#---\n@sort text desc, id\n---#}\nSELECT id, text FROM async_pages"},
    {"unsorted", "SELECT id, text FROM async_pages"},
    {"ambiguous", "{#---\n@sort text\n---#}\nSELECT id, text FROM async_pages"},
    {"misspelt", "{#---\n@sort ident\n---#}\nSELECT id, text FROM async_pages"},
    {"wrong", "{#---\n@sort id\n---#}\nSELECT id, text FROM async_pages\nWHERE nothing = {{ 1 }}"},
    {"unset", "{#---\n@sort id\n---#}\nSELECT id, text FROM async_pages WHERE id > {{ least }}"},
    {"twice",
     "{#---\n@sort n\n---#}\nSELECT (id % 3)::bigint AS id, text, 1 AS n FROM async_pages"},
    {"write", "{#---\n@sort id\n---#}\nINSERT INTO async_pages VALUES (0, '') RETURNING id"},
    // Not among its first rows, but among all of them one cannot be computed.
    {"late", "SELECT n AS id, '' AS text FROM generate_series(1, 10) n\nWHERE 1 / (n - 8) < 9"},
    {"slow", "{#---\n@sort id\n---#}\nSELECT 1 AS id, pg_sleep(60)::text AS text"},
    {"hold", "SELECT pg_sleep(0.05)::text"},
    {"add", "INSERT INTO async_pages VALUES ({{ id }}, 'new')"}};

class AsyncPageTest : public test::AsyncTest {
 protected:
  static ClientSettings settings(std::size_t connections) {
    return {.connection = test::patient_settings(),
            .pool = {.max_size = connections},
            .loader = std::make_shared<jinja::MapLoader>(kTemplates),
            .cursor_secrets = {"0123456789abcdef"}};
  }

  Client blocking = Client(settings(1));
  AsyncClient db = AsyncClient(io, settings(1));

  void SetUp() override {
    blocking.run_script(
        "DROP TABLE IF EXISTS async_pages;"
        "CREATE TABLE async_pages (id bigint PRIMARY KEY, text text NOT NULL);"
        "INSERT INTO async_pages SELECT n, 'text ' || n % 4 FROM generate_series(1, 10) n");
  }
  void TearDown() override { blocking.run_script("DROP TABLE async_pages"); }

  static std::vector<std::int64_t> ids(const auto& page) {
    std::vector<std::int64_t> all;
    for (const Note& note : page.rows) all.push_back(note.id);
    return all;
  }
  using Ids = std::vector<std::int64_t>;
};

TEST_F(AsyncPageTest, ForwardAndBackAsAClient) {
  run([this]() -> awaitable<void> {
    PageRequest request{.size = 4};
    std::vector<Ids> pages;
    while (true) {
      const Page<Note> page = co_await db.page<Note>("notes", {}, request);
      const Page<Note> expected = blocking.page<Note>("notes", {}, request);
      EXPECT_EQ(ids(page), ids(expected));
      EXPECT_EQ(page.next, expected.next);
      EXPECT_EQ(page.previous, expected.previous);
      pages.push_back(ids(page));
      if (!page.next) {
        const PageRequest back{.size = 3, .before = page.previous.value()};
        const Page<Note> before = co_await db.page<Note>("notes", {}, back);
        EXPECT_EQ(ids(before), (Ids{1, 5, 9}));
        break;
      }
      request.after = *page.next;
    }
    EXPECT_EQ(pages, (std::vector<Ids>{{3, 7, 2, 6}, {10, 1, 5, 9}, {4, 8}}));
  });
}

TEST_F(AsyncPageTest, ByOffsetWithTheNumberOfAll) {
  run([this]() -> awaitable<void> {
    const OffsetRequest middle{.size = 4, .offset = 4, .total = true};
    const OffsetPage<Note> page = co_await db.offset_page<Note>("notes", {}, middle);
    EXPECT_EQ(ids(page), (Ids{10, 1, 5, 9}));
    EXPECT_TRUE(page.more);
    EXPECT_EQ(page.total, 10);  // which took another statement
    const OffsetRequest last{.size = 4, .offset = 8, .total = true};
    const OffsetPage<Note> end = co_await db.offset_page<Note>("notes", {}, last);
    EXPECT_EQ(ids(end), (Ids{4, 8}));
    EXPECT_FALSE(end.more);
    EXPECT_EQ(end.total, 10);
    const OffsetRequest plain{.size = 4};
    EXPECT_EQ((co_await db.offset_page<Note>("notes", {}, plain)).total, std::nullopt);
  });
}

TEST_F(AsyncPageTest, FailuresAreThoseOfAClient) {
  for (const char* name : {"unsorted", "ambiguous", "misspelt", "wrong", "unset", "twice", "write",
                           "missing", "late"}) {
    const std::string expected =
        blocking_report([&] { static_cast<void>(blocking.page<Note>(name, {}, {.size = 2})); });
    EXPECT_NE(expected, "") << name;
    const PageRequest request{.size = 2};
    EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.page<Note>(name, {}, request); }),
              expected);
  }
  const std::vector<PageRequest> requests = {
      {.size = 0}, {.after = "nonsense"}, {.after = "a", .before = "b"}};
  for (const PageRequest& request : requests) {
    const std::string expected =
        blocking_report([&] { static_cast<void>(blocking.page<Note>("notes", {}, request)); });
    EXPECT_NE(expected, "");
    EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.page<Note>("notes", {}, request); }),
              expected);
  }
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await db.execute("unsorted"), 10); });
}

TEST_F(AsyncPageTest, AFailureOfTheSecondStatementIsThatOfTheCall) {
  const OffsetRequest request{.size = 2, .total = true};
  const std::string expected =
      blocking_report([&] { static_cast<void>(blocking.offset_page<Note>("late", {}, request)); });
  EXPECT_TRUE(expected.starts_with("error[server 22012]: division by zero")) << expected;
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { co_await db.offset_page<Note>("late", {}, request); }),
      expected);
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await db.execute("unsorted"), 10); });
}

TEST_F(AsyncPageTest, InATransactionItsStatementsStayTogether) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    co_await tx.execute("add", args("id", 11));
    // The first page of its kind asks the catalogue, and the commit waits for that.
    const PageRequest all{.size = 20};
    const OffsetRequest one{.size = 1, .total = true};
    auto page = tx.page<Note>("notes", {}, all, asio::use_future);
    auto counted = tx.offset_page<Note>("notes", {}, one, asio::use_future);
    co_await tx.commit();
    EXPECT_EQ(page.get().rows.size(), 11U);
    EXPECT_EQ(counted.get().total, 11);
  });
}

TEST_F(AsyncPageTest, ManyAtOnceMayShareTheirPackets) {
  const AsyncClient shared = db.with({.shared = true});
  db.execute("hold", {},
             [](const std::exception_ptr& failure, std::int64_t) { EXPECT_EQ(failure, nullptr); });
  std::vector<std::future<OffsetPage<Note>>> pages;
  for (int i = 0; i < 20; ++i) {
    const OffsetRequest request{.size = 1 + i % 3, .offset = i % 5, .total = true};
    pages.push_back(shared.offset_page<Note>("notes", {}, request, asio::use_future));
  }
  auto bad = shared.page<Note>("twice", {}, {.size = 2}, asio::use_future);
  io.run();
  const Ids order{3, 7, 2, 6, 10, 1, 5, 9, 4, 8};
  for (int i = 0; i < 20; ++i) {
    const OffsetPage<Note> page = pages[static_cast<std::size_t>(i)].get();
    EXPECT_EQ(page.total, 10);
    EXPECT_EQ(ids(page), Ids(order.begin() + i % 5, order.begin() + i % 5 + 1 + i % 3));
  }
  EXPECT_THROW(bad.get(), Error);
}

TEST_F(AsyncPageTest, ASlotCancelsIt) {
  asio::cancellation_signal signal;
  std::exception_ptr failure;
  db.page<Note>(
      "slow", {}, {},
      asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& thrown,
                                                      const Page<Note>&) { failure = thrown; }));
  io.run_for(50ms);
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  ASSERT_NE(failure, nullptr);
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
  }
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await db.execute("unsorted"), 10); });
}

TEST_F(AsyncPageTest, OneThatRunsOutlivesItsClient) {
  auto closing = std::make_optional<AsyncClient>(io, settings(1));
  auto warm = closing->execute("unsorted", {}, asio::use_future);
  io.run();
  EXPECT_EQ(warm.get(), 10);
  auto page = closing->page<Note>("notes", {}, {.size = 2}, asio::use_future);
  io.restart();
  io.run_one();  // it has been sent
  closing.reset();
  io.run();
  EXPECT_EQ(ids(page.get()), (Ids{3, 7}));
}

}  // namespace
}  // namespace pgjinja
