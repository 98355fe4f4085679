#include "libpqxx_peer.hpp"

#include "text_time.hpp"

#include <array>
#include <tuple>

namespace {

const std::array<std::string, 5> kColumns{"id", "label", "value", "at", "done"};

City city_of(const pqxx::row& row) {
  return {row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<std::string>(),
          row[3].as<std::int64_t>()};
}

}  // namespace

LibpqxxPeer::LibpqxxPeer(const std::string& conninfo) : connection_(conninfo) {
  connection_.prepare("city", "SELECT id, name, country, population FROM city WHERE id = $1");
  connection_.prepare("events", "SELECT id, label, value, at, done FROM event");
  pqxx::nontransaction session(connection_);
  session.exec("SET TIME ZONE 'UTC'");
}

City LibpqxxPeer::city(std::int64_t id) {
  pqxx::nontransaction session(connection_);
  return city_of(session.exec_prepared1("city", id));
}

std::vector<City> LibpqxxPeer::cities(std::span<const std::int64_t> ids) {
  pqxx::nontransaction session(connection_);
  pqxx::pipeline pipeline(session);
  pipeline.retain(static_cast<int>(ids.size()));
  for (const std::int64_t id : ids) pipeline.insert("EXECUTE city(" + pqxx::to_string(id) + ")");
  std::vector<City> out;
  out.reserve(ids.size());
  while (!pipeline.empty()) out.push_back(city_of(pipeline.retrieve().second.at(0)));
  return out;
}

std::vector<Event> LibpqxxPeer::events() {
  pqxx::nontransaction session(connection_);
  std::vector<Event> out;
  for (const pqxx::row& row : session.exec_prepared("events")) {
    out.push_back({row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<double>(),
                   time_of_text(row[3].c_str()), row[4].as<bool>()});
  }
  return out;
}

std::int64_t LibpqxxPeer::copy_in(const std::vector<Event>& events) {
  pqxx::nontransaction session(connection_);
  pqxx::stream_to stream(session, "arrival", kColumns);
  for (const Event& event : events) {
    stream << std::make_tuple(event.id, event.label, event.value, text_of_time(event.at),
                              event.done);
  }
  stream.complete();
  return static_cast<std::int64_t>(events.size());
}
