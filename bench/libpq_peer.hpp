#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <libpq-fe.h>

/// What a careful programmer writes by hand on libpq: statements prepared once, parameters and
/// results in binary, columns decoded at known positions into the same structs.

struct City {
  std::int64_t id;
  std::string name;
  std::string country;
  std::int64_t population;
};

struct Event {
  std::int64_t id;
  std::string label;
  double value;
  std::int64_t at;  // microseconds since 2000-01-01, as the server sends it
  bool done;
};

/// A row of a result of the columns of City, in binary.
City city_of(const PGresult* result, int row = 0);

class LibpqPeer {
 public:
  explicit LibpqPeer(const std::string& conninfo);

  /// One row by primary key, with PQexecPrepared.
  City city(std::int64_t id);
  /// The same, from a server that sleeps for a millisecond first.
  City far_city(std::int64_t id);
  /// The 100 rows behind a key, with PQexecPrepared.
  std::vector<City> page(std::int64_t after);
  /// The same as city() for several keys in pipeline mode: one packet, one Sync.
  std::vector<City> cities(std::span<const std::int64_t> ids);
  /// BEGIN, SET LOCAL of a timeout, the row, COMMIT: a round trip each, but for SET LOCAL, which
  /// travels with BEGIN as one simple query.
  City city_in_transaction(std::int64_t id);
  /// All rows, in single-row mode.
  std::vector<Event> events();
  /// COPY arrival FROM STDIN in binary, encoded by hand into a buffer of 64 KiB. Gives the number
  /// of rows.
  std::int64_t copy_in(std::span<const Event> events);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  void prepare(const char* name, const char* sql);
  void command(const char* sql);
  City one(const char* statement, std::int64_t id);
  void demand(bool holds) const;
  void put(const std::string& bytes);

  std::unique_ptr<PGconn, Finish> connection_;
};
