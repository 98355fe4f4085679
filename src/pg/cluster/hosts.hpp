#pragma once

#include <pgjinja/pg/settings.hpp>

#include <string>
#include <vector>

namespace pgjinja::pg::cluster {

/// A host of a cluster, and how it is reached alone.
struct Host {
  std::string name;  ///< "db1.example.org:5432"
  Settings settings;
};

/// The hosts that `settings` name, in their order (manual 34.1.1.3); one when they name none.
/// Settings that cannot be read are those of one, and an error when it is connected to.
/// @throws Error{Config} for other numbers of hosts than of addresses or ports.
std::vector<Host> hosts_of(const Settings& settings);

}  // namespace pgjinja::pg::cluster
