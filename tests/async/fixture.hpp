#pragma once

#include "client/server.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace pgjinja::test {

namespace asio = boost::asio;

/// An event loop, and clients of server() on it.
class AsyncTest : public testing::Test {
 protected:
  asio::io_context io;

  AsyncClient client_with(Templates templates, std::size_t connections = 1,
                          std::chrono::milliseconds acquire_timeout = std::chrono::seconds(30)) {
    return AsyncClient(io, {.connection = patient_settings(),
                            .pool = {.max_size = connections, .acquire_timeout = acquire_timeout},
                            .loader = std::make_shared<jinja::MapLoader>(std::move(templates))});
  }

  /// Runs the coroutine, and all that it leaves behind, to the end.
  void run(std::function<asio::awaitable<void>()> body) {
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(body),
                   [&failure](const std::exception_ptr& thrown) { failure = thrown; });
    io.restart();
    io.run();
    if (failure != nullptr) std::rethrow_exception(failure);
  }

  /// The report of the Error that the coroutine throws; empty when it throws none.
  std::string report_of(std::function<asio::awaitable<void>()> body) {
    try {
      run(std::move(body));
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  /// Has it open a connection, however short its patience is.
  void warm(const AsyncClient& client, const std::string& name, const Context& arguments = {}) {
    std::string report;
    do {
      report =
          report_of([&]() -> asio::awaitable<void> { co_await client.execute(name, arguments); });
    } while (report.find("no connection could be opened") != std::string::npos);
    ASSERT_EQ(report, "");
    io.restart();
  }

  /// What a Client's call gives, to hold that of an AsyncClient against.
  template <class Call>
  static std::string blocking_report(Call call) {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
};

}  // namespace pgjinja::test
