#include "libpq_peer.hpp"

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <endian.h>

namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, Clear>;

std::int64_t int8_at(const PGresult* result, int row, int column) {
  std::uint64_t raw = 0;
  std::memcpy(&raw, PQgetvalue(result, row, column), sizeof raw);
  return static_cast<std::int64_t>(be64toh(raw));
}

double float8_at(const PGresult* result, int row, int column) {
  const std::int64_t bits = int8_at(result, row, column);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::string text_at(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column),
          static_cast<std::size_t>(PQgetlength(result, row, column))};
}

}  // namespace

City city_of(const PGresult* result, int row) {
  return {int8_at(result, row, 0), text_at(result, row, 1), text_at(result, row, 2),
          int8_at(result, row, 3)};
}

LibpqPeer::LibpqPeer(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  prepare("city", "SELECT id, name, country, population FROM city WHERE id = $1");
  prepare("far_city",
          "SELECT id, name, country, population FROM city, pg_sleep(0.001) WHERE id = $1");
  prepare("page",
          "SELECT id, name, country, population FROM city WHERE id > $1 ORDER BY id LIMIT 100");
  prepare("events", "SELECT id, label, value, at, done FROM event");
}

void LibpqPeer::prepare(const char* name, const char* sql) {
  const ResultPtr result(PQprepare(connection_.get(), name, sql, 0, nullptr));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
}

void LibpqPeer::demand(bool holds) const {
  if (!holds) throw std::runtime_error(PQerrorMessage(connection_.get()));
}

void LibpqPeer::command(const char* sql) {
  const ResultPtr result(PQexec(connection_.get(), sql));
  demand(PQresultStatus(result.get()) == PGRES_COMMAND_OK);
}

namespace {

ResultPtr execute(PGconn* connection, const char* statement, std::int64_t key) {
  const std::uint64_t raw = htobe64(static_cast<std::uint64_t>(key));
  const char* values[] = {reinterpret_cast<const char*>(&raw)};
  const int lengths[] = {sizeof raw};
  const int formats[] = {1};
  return ResultPtr(PQexecPrepared(connection, statement, 1, values, lengths, formats, 1));
}

}  // namespace

City LibpqPeer::one(const char* statement, std::int64_t id) {
  const ResultPtr result = execute(connection_.get(), statement, id);
  demand(PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) == 1);
  return city_of(result.get());
}

City LibpqPeer::city(std::int64_t id) { return one("city", id); }

City LibpqPeer::far_city(std::int64_t id) { return one("far_city", id); }

std::vector<City> LibpqPeer::page(std::int64_t after) {
  const ResultPtr result = execute(connection_.get(), "page", after);
  demand(PQresultStatus(result.get()) == PGRES_TUPLES_OK);
  const int rows = PQntuples(result.get());
  std::vector<City> page;
  page.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) page.push_back(city_of(result.get(), row));
  return page;
}

std::vector<City> LibpqPeer::cities(std::span<const std::int64_t> ids) {
  PGconn* const connection = connection_.get();
  demand(PQenterPipelineMode(connection) == 1);
  for (const std::int64_t id : ids) {
    const std::uint64_t raw = htobe64(static_cast<std::uint64_t>(id));
    const char* values[] = {reinterpret_cast<const char*>(&raw)};
    const int lengths[] = {sizeof raw};
    const int formats[] = {1};
    demand(PQsendQueryPrepared(connection, "city", 1, values, lengths, formats, 1) == 1);
  }
  demand(PQpipelineSync(connection) == 1);
  std::vector<City> out;
  out.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const ResultPtr result(PQgetResult(connection));
    demand(PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) == 1);
    out.push_back(city_of(result.get()));
    demand(PQgetResult(connection) == nullptr);  // the end of this one's results
  }
  const ResultPtr end(PQgetResult(connection));
  demand(PQresultStatus(end.get()) == PGRES_PIPELINE_SYNC);
  demand(PQexitPipelineMode(connection) == 1);
  return out;
}

City LibpqPeer::city_in_transaction(std::int64_t id) {
  command("BEGIN; SET LOCAL statement_timeout = '5s'");
  City found = city(id);
  command("COMMIT");
  return found;
}

std::vector<Event> LibpqPeer::events() {
  std::vector<Event> out;
  if (PQsendQueryPrepared(connection_.get(), "events", 0, nullptr, nullptr, nullptr, 1) != 1 ||
      PQsetSingleRowMode(connection_.get()) != 1) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  while (const ResultPtr result{PQgetResult(connection_.get())}) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) continue;  // the empty result that ends the rows
    if (status != PGRES_SINGLE_TUPLE) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
    const PGresult* row = result.get();
    out.push_back({int8_at(row, 0, 0), text_at(row, 0, 1), float8_at(row, 0, 2), int8_at(row, 0, 3),
                   *PQgetvalue(row, 0, 4) != 0});
  }
  return out;
}

namespace {

template <class T>
char* put_bytes(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}
char* put_length(char* at, std::size_t length) {
  return put_bytes(at, htobe32(static_cast<std::uint32_t>(length)));
}
char* put_int8(char* at, std::int64_t value) {
  return put_bytes(put_length(at, 8), htobe64(static_cast<std::uint64_t>(value)));
}

/// Writes a row of a binary COPY and gives where it ends.
char* put_event(char* at, const Event& event) {
  at = put_bytes(at, htobe16(5));
  at = put_int8(at, event.id);
  at = put_length(at, event.label.size());
  std::memcpy(at, event.label.data(), event.label.size());
  at += event.label.size();
  std::int64_t bits = 0;
  std::memcpy(&bits, &event.value, sizeof bits);
  at = put_int8(at, bits);
  at = put_int8(at, event.at);
  at = put_length(at, 1);
  *at = event.done ? 1 : 0;
  return at + 1;
}

}  // namespace

void LibpqPeer::put(const std::string& bytes) {
  demand(PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
}

std::int64_t LibpqPeer::copy_in(std::span<const Event> events) {
  constexpr std::size_t kPiece = 64 * 1024;
  constexpr std::size_t kFixed = 2 + 5 * 4 + 8 + 8 + 8 + 1;  // of a row, without its label
  const ResultPtr begun(PQexec(
      connection_.get(), "COPY arrival (id, label, value, at, done) FROM STDIN (FORMAT binary)"));
  demand(PQresultStatus(begun.get()) == PGRES_COPY_IN);
  put(std::string("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19));
  std::vector<char> piece(2 * kPiece);
  char* at = piece.data();
  const auto flush = [&] {
    demand(PQputCopyData(connection_.get(), piece.data(), static_cast<int>(at - piece.data())) ==
           1);
    at = piece.data();
  };
  for (const Event& event : events) {
    demand(event.label.size() + kFixed <= kPiece);
    at = put_event(at, event);
    if (at - piece.data() >= static_cast<std::ptrdiff_t>(kPiece)) flush();
  }
  flush();
  put(std::string("\377\377"));
  demand(PQputCopyEnd(connection_.get(), nullptr) == 1);
  const ResultPtr result(PQgetResult(connection_.get()));
  demand(PQresultStatus(result.get()) == PGRES_COMMAND_OK);
  const std::int64_t rows = std::atoll(PQcmdTuples(result.get()));
  demand(PQgetResult(connection_.get()) == nullptr);
  return rows;
}
