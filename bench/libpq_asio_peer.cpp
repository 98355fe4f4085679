#include "libpq_asio_peer.hpp"

#include <stdexcept>

#include <endian.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

struct LibpqAsioPeer::Connection {
  Connection(asio::io_context& io, const std::string& conninfo)
      : session(PQconnectdb(conninfo.c_str())), socket(io) {
    PGresult* const prepared =
        PQprepare(session, "city", "SELECT id, name, country, population FROM city WHERE id = $1",
                  0, nullptr);
    const bool well = PQresultStatus(prepared) == PGRES_COMMAND_OK;
    PQclear(prepared);
    if (!well || PQsetnonblocking(session, 1) != 0)
      throw std::runtime_error(PQerrorMessage(session));
    socket.assign(PQsocket(session));
  }
  ~Connection() {
    socket.release();
    PQfinish(session);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  PGconn* session;
  Descriptor socket;
};

LibpqAsioPeer::LibpqAsioPeer(asio::io_context& io, const std::string& conninfo, int connections)
    : io_(io) {
  for (int i = 0; i < connections; ++i) {
    idle_.push_back(all_.emplace_back(std::make_unique<Connection>(io, conninfo)).get());
  }
}
LibpqAsioPeer::~LibpqAsioPeer() = default;

asio::awaitable<LibpqAsioPeer::Connection*> LibpqAsioPeer::acquire() {
  if (!idle_.empty()) {
    Connection* const connection = idle_.back();
    idle_.pop_back();
    co_return connection;
  }
  Waiter self{asio::steady_timer(io_, asio::steady_timer::time_point::max())};
  waiting_.push_back(&self);
  boost::system::error_code served;
  co_await self.served.async_wait(asio::redirect_error(asio::use_awaitable, served));
  co_return self.connection;
}

void LibpqAsioPeer::release(Connection* connection) {
  if (waiting_.empty()) return idle_.push_back(connection);
  Waiter* const first = waiting_.front();
  waiting_.pop_front();
  first->connection = connection;
  first->served.cancel();
}

asio::awaitable<City> LibpqAsioPeer::city(std::int64_t id) {
  Connection* const connection = co_await acquire();
  PGconn* const session = connection->session;
  const std::uint64_t raw = htobe64(static_cast<std::uint64_t>(id));
  const char* values[] = {reinterpret_cast<const char*>(&raw)};
  const int lengths[] = {sizeof raw};
  const int formats[] = {1};
  if (PQsendQueryPrepared(session, "city", 1, values, lengths, formats, 1) != 1) {
    throw std::runtime_error(PQerrorMessage(session));
  }
  while (PQflush(session) == 1) {
    co_await connection->socket.async_wait(Descriptor::wait_write, asio::use_awaitable);
  }
  while (PQisBusy(session) == 1) {
    co_await connection->socket.async_wait(Descriptor::wait_read, asio::use_awaitable);
    if (PQconsumeInput(session) != 1) throw std::runtime_error(PQerrorMessage(session));
  }
  PGresult* const result = PQgetResult(session);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(session));
  City city = city_of(result);
  PQclear(result);
  PQclear(PQgetResult(session));  // the end of the results
  release(connection);
  co_return city;
}
