// Coroutines over a few connections: docs/async.md shows this file.
#include <pgjinja/async/client.hpp>
#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace {

using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using boost::asio::awaitable;
using pgjinja::args;
using pgjinja::AsyncClient;
using pgjinja::AsyncTransaction;

struct Seat {
  std::int64_t id;
  std::string holder;
};

const std::map<std::string, std::string> kTemplates = {
    {"free", "SELECT id::bigint, holder FROM seat WHERE holder = '' ORDER BY id LIMIT {{ most }}"},
    {"take", "UPDATE seat SET holder = {{ who }} WHERE id = {{ id }} AND holder = ''"},
    {"taken", "SELECT count(*) FROM seat WHERE holder <> ''"},
    {"name", "SELECT holder FROM seat WHERE id = {{ id }}"},
    {"slow", "SELECT pg_sleep({{ seconds }})::text"},
};

/// Awaits one after the other.
awaitable<bool> book(const AsyncClient& db, std::string who) {
  co_return co_await db.transaction(
      [&](AsyncTransaction& tx) -> awaitable<bool> {
        const std::vector<Seat> free = co_await tx.query<Seat>("free", args("most", 1));
        if (free.empty()) co_return false;
        const Seat& seat = free.front();
        co_return co_await tx.execute("take", args("who", who, "id", seat.id)) == 1;
      },
      {.isolation = pgjinja::Isolation::Serializable}, {.attempts = 20});
}

awaitable<void> tell(AsyncClient db) {
  // Both at once.
  const auto [ada, bob] = co_await (book(db, "Ada") && book(db, "Bob"));
  std::cout << "booked: " << ada + bob << "\n";

  // Two templates in one round trip.
  pgjinja::AsyncBatch batch = db.batch();
  const auto taken = batch.query_one<std::int64_t>("taken");
  const auto still_free = batch.execute("free", args("most", 1000));
  co_await batch.run();
  std::cout << "taken: " << taken.get() << ", free: " << still_free.get() << "\n";

  // Rows in constant memory: they are read as they are asked for.
  auto seats = db.stream<Seat>("free", args("most", 1000));
  std::int64_t seen = 0;
  while (const Seat* seat = co_await seats.next()) seen += seat->holder.empty() ? 1 : 0;
  std::cout << "free, one by one: " << seen << "\n";

  // Whichever is first; the other one is cancelled, at the server too.
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 50ms);
  const auto winner = co_await (db.execute("slow", args("seconds", 60)) ||
                                timer.async_wait(boost::asio::use_awaitable));
  std::cout << (winner.index() == 0 ? "the query" : "the timer") << " was first\n";

  // A mistake is an exception with its place in the template.
  try {
    co_await db.with({.timeout = 1s}).execute("slow", args("seconds", "long"));
  } catch (const pgjinja::Error& error) {
    std::cout << error.what() << "\n";
  }
}

/// Many callers whose statements share packets: two connections are enough for all of them.
awaitable<void> ask(AsyncClient shared, std::int64_t id, std::int64_t& known) {
  const auto name = co_await shared.query_maybe<std::string>("name", args("id", id));
  if (name) ++known;
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const pgjinja::Client admin({.connection = server.settings()});
  admin.run_script(
      "CREATE TABLE seat (id int PRIMARY KEY, holder text NOT NULL DEFAULT '');"
      "INSERT INTO seat SELECT generate_series(1, 500)");

  boost::asio::io_context io;
  const AsyncClient db(io, {.connection = server.settings(),
                            .pool = {.max_size = 2},
                            .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates)});
  const auto throw_on = [](const std::exception_ptr& failure) {
    if (failure != nullptr) std::rethrow_exception(failure);
  };
  boost::asio::co_spawn(io, tell(db), throw_on);
  io.run();

  std::int64_t known = 0;
  for (std::int64_t id = 1; id <= 1000; ++id) {
    boost::asio::co_spawn(io, ask(db.with({.shared = true}), id, known), throw_on);
  }
  io.restart();
  io.run();
  std::cout << known << " of 1000 seats exist\n";
  return 0;
}
