// A small HTTP service on AsyncClient and Boost.Beast: docs/async.md tells of it.
//
//     http_service [PORT]
//
// serves cities from an embedded server on 127.0.0.1; without a PORT it asks itself three times,
// and prints the answers.
#include <pgjinja/async/client.hpp>
#include <pgjinja/core/json.hpp>
#include <pgjinja/pgjinja.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using pgjinja::args;
using pgjinja::AsyncClient;

struct City {
  std::int64_t id;
  std::string name;
  std::int64_t population;
};

const std::map<std::string, std::string> kTemplates = {
    {"cities",
     "{#---\n@param name: text? = null\n@param least: int = 0\n@timeout 2s\n---#}\n"
     "SELECT id::bigint, name, population::bigint FROM city\n"
     "WHERE population >= {{ least }}\n"
     "{% if name %}AND name ILIKE {{ name | contains }}\n{% endif %}"
     "ORDER BY population DESC, id LIMIT 3"},
    {"city", "SELECT id::bigint, name, population::bigint FROM city WHERE id = {{ id }}"},
};

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::string json_text(std::string_view text) { return pgjinja::to_json(pgjinja::Value(text)); }

std::string to_json(const City& city) {
  return "{\"id\":" + std::to_string(city.id) + ",\"name\":" + json_text(city.name) +
         ",\"population\":" + std::to_string(city.population) + "}";
}

Response answer(const Request& request, http::status status, std::string body) {
  Response response(status, request.version());
  response.set(http::field::content_type, "application/json");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

awaitable<Response> list_cities(const AsyncClient& db, const Request& request,
                                std::string_view name) {
  pgjinja::Context given;
  if (!name.empty()) given.set("name", std::string(name));
  std::string body = "[";
  for (const City& city : co_await db.query<City>("cities", std::move(given))) {
    body += (body.size() > 1 ? "," : "") + to_json(city);
  }
  co_return answer(request, http::status::ok, body + "]");
}

awaitable<Response> one_city(const AsyncClient& db, const Request& request, std::string_view id) {
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (status != std::errc() || end != id.data() + id.size()) {
    co_return answer(request, http::status::bad_request, "{\"error\":\"an id is a number\"}");
  }
  const auto city = co_await db.query_maybe<City>("city", args("id", number));
  co_return city ? answer(request, http::status::ok, to_json(*city))
                 : answer(request, http::status::not_found, "{\"error\":\"no such city\"}");
}

awaitable<Response> respond(const AsyncClient& db, const Request& request) {
  const std::string target(request.target());
  const std::string_view path = target;
  try {
    if (path == "/cities") co_return co_await list_cities(db, request, "");
    if (path.starts_with("/cities?name=")) {
      co_return co_await list_cities(db, request, path.substr(13));
    }
    if (path.starts_with("/cities/")) co_return co_await one_city(db, request, path.substr(8));
  } catch (const pgjinja::Error& error) {
    // What went wrong is for the log; the caller learns whether it is worth another try.
    std::cerr << error.what() << "\n";
    const bool later = error.kind() == pgjinja::ErrorKind::Timeout;
    co_return answer(
        request, later ? http::status::service_unavailable : http::status::internal_server_error,
        "{\"error\":\"" + std::string(error_kind_name(error.kind())) + "\"}");
  }
  co_return answer(request, http::status::not_found, "{\"error\":\"no such page\"}");
}

/// One client's connection, request after request.
awaitable<void> serve(beast::tcp_stream stream, AsyncClient db) {
  beast::flat_buffer buffer;
  for (bool open = true; open;) {
    stream.expires_after(30s);
    Request request;
    const auto [error, size] = co_await http::async_read(
        stream, buffer, request, asio::experimental::as_tuple(use_awaitable));
    if (error) break;
    const Response response = co_await respond(db, request);
    open = response.keep_alive();
    co_await http::async_write(stream, response, use_awaitable);
  }
  beast::error_code ignored;  // the client may have gone first
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

awaitable<void> listen(tcp::acceptor acceptor, AsyncClient db) {
  const auto executor = co_await asio::this_coro::executor;
  while (true) {
    beast::tcp_stream stream(co_await acceptor.async_accept(use_awaitable));
    asio::co_spawn(executor, serve(std::move(stream), db), [](const std::exception_ptr& failure) {
      try {
        if (failure != nullptr) std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        std::cerr << "a connection ended: " << error.what() << "\n";
      }
    });
  }
}

awaitable<void> ask(tcp::endpoint server, std::string target) {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  co_await stream.async_connect(server, use_awaitable);
  http::request<http::empty_body> request(http::verb::get, target, 11);
  co_await http::async_write(stream, request, use_awaitable);
  beast::flat_buffer buffer;
  Response response;
  co_await http::async_read(stream, buffer, response, use_awaitable);
  std::cout << "GET " << target << " → " << response.result_int() << " " << response.body() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const pgjinja::EmbeddedServer server;
  const pgjinja::Client admin({.connection = server.settings()});
  admin.run_script(
      "CREATE TABLE city (id int PRIMARY KEY, name text NOT NULL, population bigint NOT NULL);"
      "INSERT INTO city VALUES (1, 'Oslo', 717710), (2, 'Bergen', 291940), (3, 'Ås \"x\"', 20780)");

  asio::io_context io;
  const AsyncClient db(io, {.connection = server.settings(),
                            .pool = {.max_size = 4},
                            .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates)});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0);
  tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), port});
  const tcp::endpoint place = acceptor.local_endpoint();
  asio::co_spawn(io, listen(std::move(acceptor), db.with({.shared = true})), asio::detached);
  if (argc > 1) {
    std::cout << "http://127.0.0.1:" << place.port() << "/cities\n";
    io.run();
    return 0;
  }
  asio::co_spawn(
      io,
      [&]() -> awaitable<void> {
        for (const char* target : {"/cities", "/cities?name=erg", "/cities/3", "/cities/9", "/x"}) {
          co_await ask(place, target);
        }
        io.stop();
      },
      asio::detached);
  io.run();
  return 0;
}
