#pragma once

#include "chaos/journal.hpp"
#include "chaos/pulse.hpp"
#include "chaos/testbed.hpp"
#include "chaos/worker.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/client/client.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <cstdint>
#include <memory>

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>

namespace pgjinja::chaos {

/// For clients beside the workload's.
inline ClientSettings reader_settings(const pg::Settings& connection, std::size_t connections) {
  ClientSettings settings;
  settings.connection = connection;
  settings.pool.max_size = connections;
  settings.loader = std::make_shared<jinja::MapLoader>(worker_templates());
  return settings;
}

/// One read whose answer is known.
class Reader {
 public:
  Reader(Journal& journal, std::int64_t id) : journal_(journal), id_(id) {}

  void read(const Client& db, milliseconds time) {
    const Call call = begin(time);
    try {
      check(
          db.with({.deadline = call.deadline}).query_one<std::int64_t>("square", args("id", id_)));
      journal_.succeeded(call);
    } catch (const Error& error) {
      journal_.failed(call, error);
    }
  }
  boost::asio::awaitable<void> read(AsyncClient db, milliseconds time) {
    const Call call = begin(time);
    AsyncCallOptions options;
    options.deadline = call.deadline;
    try {
      check(co_await db.with(options).query_one<std::int64_t>("square", args("id", id_)));
      journal_.succeeded(call);
    } catch (const Error& error) {
      journal_.failed(call, error);
    }
  }

 private:
  static Call begin(milliseconds time) {
    const Clock::time_point now = Clock::now();
    return {.began = now, .deadline = now + time, .waited = waited_for_processor()};
  }
  void check(std::int64_t square) {
    if (square != id_ * id_) journal_.saw_wrong(fmt::format("{} squared is {}?", id_, square));
  }

  Journal& journal_;
  std::int64_t id_;
};

}  // namespace pgjinja::chaos
