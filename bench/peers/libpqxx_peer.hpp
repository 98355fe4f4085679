#pragma once

#include "../libpq_peer.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pqxx/pqxx>

/// What libpqxx offers for each work. It speaks the text format only and has no type for a point in
/// time, which is therefore read and written here. Written for what versions 6 and 7 have in
/// common.
class LibpqxxPeer {
 public:
  explicit LibpqxxPeer(const std::string& conninfo);

  City city(std::int64_t id);
  /// By pqxx::pipeline, whose queries have no parameters: it executes the prepared statement by
  /// name.
  std::vector<City> cities(std::span<const std::int64_t> ids);
  /// Not by pqxx::stream_from, which in version 6.4.5 is slower, and reads a member that it did not
  /// set: compiled optimised it fails at the first row.
  std::vector<Event> events();
  std::int64_t copy_in(const std::vector<Event>& events);

 private:
  pqxx::connection connection_;
};
