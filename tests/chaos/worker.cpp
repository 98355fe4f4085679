#include "chaos/worker.hpp"

#include "chaos/dirt.hpp"
#include "chaos/pulse.hpp"

#include <thread>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja::chaos {

namespace asio = boost::asio;

namespace {

constexpr const char* kUser = "chaos_worker";
constexpr milliseconds kAfterFailure{
    3};  // errors may come at once: they are not to fill a processor

std::map<std::string, std::string> make_templates() {
  std::map<std::string, std::string> templates = {
      {"append",
       "INSERT INTO log (id, source, target, amount, filling) VALUES"
       " ({{ id }}, {{ source }}, {{ target }}, {{ amount }}, {{ filling }})"},
      {"change", "UPDATE account SET balance = balance + {{ amount }} WHERE id = {{ id }}"},
      {"read",
       "{#---\n@read_only\n---#}\n"
       "SELECT id::bigint, square, {{ token }}::text AS token FROM known WHERE id = {{ id }}"},
      {"square", "SELECT square FROM known WHERE id = {{ id }}"},
      {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
      {"look", kLookForDirt}};
  for (std::size_t i = 0; i < kDirt.size(); ++i) {
    const std::string sql = kDirt[i];
    const std::size_t place = sql.find("{}");
    const std::string filled =
        place == std::string::npos ? sql : std::string(sql).replace(place, 2, "{{ n | literal }}");
    templates[fmt::format("dirt{}", i)] =
        filled.find('\'') == std::string::npos || place == std::string::npos
            ? filled
            : "SET chaos.tenant = {{ n | literal }}";
  }
  return templates;
}

}  // namespace

const std::map<std::string, std::string>& worker_templates() {
  static const std::map<std::string, std::string> templates = make_templates();
  return templates;
}

Worker::Worker(std::int64_t number, Pace pace)
    : number_(number),
      pace_(std::move(pace)),
      random_(static_cast<std::uint64_t>(Clock::now().time_since_epoch().count() + number)) {}

std::int64_t Worker::chance(std::int64_t lowest, std::int64_t highest) {
  return std::uniform_int_distribution<std::int64_t>(lowest, highest)(random_);
}

Worker::Step Worker::next_step() {
  const std::int64_t one_of = chance(0, 15);
  if (one_of < 4) return Step::Transfer;
  if (one_of < 9) return Step::Append;
  if (one_of == 14 && pace_.dirt) return Step::Dirt;
  if (one_of == 15 && pace_.dirt) return Step::Look;
  return Step::Read;
}

Call Worker::begin_call(Step step) {
  Call call;
  if (step == Step::Transfer || step == Step::Append)
    call.id = number_ * 1'000'000'000 + ++written_;
  call.waited = waited_for_processor();
  call.began = Clock::now();
  call.deadline = call.began + milliseconds(chance(pace_.shortest_deadline.count(),
                                                   pace_.longest_deadline.count()));
  return call;
}

Worker::Transfer Worker::next_transfer() {
  const auto source = static_cast<int>(chance(1, 16));
  const auto step = static_cast<int>(chance(1, 15));
  return {source, 1 + (source - 1 + step) % 16, chance(1, 5)};
}

Context Worker::log_entry(const Call& call, const Transfer& transfer) const {
  return args("id", call.id, "source", transfer.source, "target", transfer.target, "amount",
              transfer.amount, "filling", pace_.filling);
}

void Worker::check(const Known& known, std::int64_t asked, const std::string& token) {
  if (known.id == asked && known.square == asked * asked && known.token == token) return;
  journal_.saw_wrong(fmt::format("asked for {} with {}, got {}, {}, {}", asked, token, known.id,
                                 known.square, known.token));
}

void Worker::run(const Client& db, const std::atomic<bool>& over) {
  while (!over) {
    const Step step = next_step();
    const Call call = begin_call(step);
    failed_ = false;
    try {
      perform(db.with({.deadline = call.deadline}), call, step);
      journal_.succeeded(call);
    } catch (const Error& error) {
      failed_ = true;
      journal_.failed(call, error);
    } catch (const std::exception& exception) {
      journal_.saw_wrong(exception.what());
    }
    std::this_thread::sleep_for(pace_.pause + (failed_ ? kAfterFailure : milliseconds(0)));
  }
  back_ = true;
}

void Worker::perform(const Client& db, const Call& call, Step step) {
  switch (step) {
    case Step::Transfer: return transfer(db, call);
    case Step::Append: db.execute("append", log_entry(call, {0, 0, 0})); return;
    case Step::Read: return read(db);
    case Step::Dirt:
      db.execute(fmt::format("dirt{}", chance(0, kDirt.size() - 1)), args("n", number_));
      return;
    case Step::Look: {
      const auto found = db.query_one<std::string>("look", args("user", kUser));
      if (!found.empty()) journal_.saw_dirt(found);
    }
  }
}

void Worker::transfer(const Client& db, const Call& call) {
  const Transfer what = next_transfer();
  db.transaction([&](Transaction& tx) {
    for (const int account : {what.first(), what.second()}) {
      tx.execute("change", args("id", account, "amount", what.change_of(account)));
    }
    tx.execute("append", log_entry(call, what));
  });
}

void Worker::read(const Client& db) {
  const std::int64_t id = chance(1, 1000);
  const std::string token = fmt::format("{}-{}", number_, chance(0, 1'000'000));
  check(db.query_one<Known>("read", args("id", id, "token", token)), id, token);
}

asio::awaitable<void> Worker::run(AsyncClient db, const std::atomic<bool>& over) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!over) {
    const Step step = next_step();
    const Call call = begin_call(step);
    AsyncCallOptions options;
    options.deadline = call.deadline;
    failed_ = false;
    co_await attempt(db.with(options), call, step);
    timer.expires_after(pace_.pause + (failed_ ? kAfterFailure : milliseconds(0)));
    co_await timer.async_wait(asio::use_awaitable);
  }
  back_ = true;
}

asio::awaitable<void> Worker::attempt(AsyncClient db, Call call, Step step) {
  try {
    co_await perform(db, call, step);
    journal_.succeeded(call);
  } catch (const Error& error) {
    failed_ = true;
    journal_.failed(call, error);
  } catch (const std::exception& exception) {
    journal_.saw_wrong(exception.what());
  }
}

asio::awaitable<void> Worker::perform(AsyncClient db, Call call, Step step) {
  switch (step) {
    case Step::Transfer: co_await transfer(db, call); break;
    case Step::Append: {
      const Transfer none{0, 0, 0};
      co_await db.execute("append", log_entry(call, none));
      break;
    }
    case Step::Read: co_await read(db); break;
    case Step::Dirt: {
      const std::string name = fmt::format("dirt{}", chance(0, kDirt.size() - 1));
      co_await db.execute(name, args("n", number_));
      break;
    }
    case Step::Look: {
      const auto found = co_await db.query_one<std::string>("look", args("user", kUser));
      if (!found.empty()) journal_.saw_dirt(found);
    }
  }
}

asio::awaitable<void> Worker::transfer(AsyncClient db, Call call) {
  const Transfer what = next_transfer();
  const auto body = [&](AsyncTransaction& tx) -> asio::awaitable<void> {
    co_await tx.execute("change", args("id", what.first(), "amount", what.change_of(what.first())));
    co_await tx.execute("change",
                        args("id", what.second(), "amount", what.change_of(what.second())));
    co_await tx.execute("append", log_entry(call, what));
  };
  co_await db.transaction(body);
}

asio::awaitable<void> Worker::read(AsyncClient db) {
  const std::int64_t id = chance(1, 1000);
  const std::string token = fmt::format("{}-{}", number_, chance(0, 1'000'000));
  const Known known = co_await db.query_one<Known>("read", args("id", id, "token", token));
  check(known, id, token);
}

}  // namespace pgjinja::chaos
