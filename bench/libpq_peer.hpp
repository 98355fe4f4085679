#pragma once

#include <cstdint>
#include <memory>
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

class LibpqPeer {
 public:
  explicit LibpqPeer(const std::string& conninfo);

  /// One row by primary key, with PQexecPrepared.
  City city(std::int64_t id);
  /// All rows, in single-row mode.
  std::vector<Event> events();

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  void prepare(const char* name, const char* sql);

  std::unique_ptr<PGconn, Finish> connection_;
};
