#include "libpq_peer.hpp"

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

City city_at(const PGresult* result) {
  return {int8_at(result, 0, 0), text_at(result, 0, 1), text_at(result, 0, 2),
          int8_at(result, 0, 3)};
}

}  // namespace

LibpqPeer::LibpqPeer(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  prepare("city", "SELECT id, name, country, population FROM city WHERE id = $1");
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

City LibpqPeer::city(std::int64_t id) {
  const std::uint64_t raw = htobe64(static_cast<std::uint64_t>(id));
  const char* values[] = {reinterpret_cast<const char*>(&raw)};
  const int lengths[] = {sizeof raw};
  const int formats[] = {1};
  const ResultPtr result(PQexecPrepared(connection_.get(), "city", 1, values, lengths, formats, 1));
  demand(PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) == 1);
  return city_at(result.get());
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
    out.push_back(city_at(result.get()));
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
