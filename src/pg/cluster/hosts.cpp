#include "pg/cluster/hosts.hpp"

#include "pg/conninfo.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg::cluster {

namespace {

using Items = std::vector<std::string>;

/// What stands between the commas.
Items items_of(const std::map<std::string, std::string>& places, const char* keyword) {
  Items items;
  const auto given = places.find(keyword);
  if (given == places.end() || given->second.empty()) return items;
  for (std::string_view list = given->second;; list.remove_prefix(list.find(',') + 1)) {
    items.emplace_back(list.substr(0, list.find(',')));
    if (list.find(',') == std::string_view::npos) return items;
  }
}

[[noreturn]] void throw_count(std::size_t given, std::string_view what, std::size_t hosts) {
  throw Error(ErrorKind::Config, fmt::format("{} {} are given for {} hosts", given, what, hosts))
      .hint(fmt::format("separate {} by commas, one for each host", what));
}

/// Which keywords lead to the host of that number.
std::map<std::string, std::string> place(std::size_t number, const Items& names,
                                         const Items& addresses, const Items& ports) {
  std::map<std::string, std::string> keywords;
  if (!names.empty()) keywords["host"] = names[number];
  if (!addresses.empty()) keywords["hostaddr"] = addresses[number];
  if (!ports.empty()) keywords["port"] = ports[ports.size() == 1 ? 0 : number];
  return keywords;
}

std::string name_of(const std::map<std::string, std::string>& place) {
  const auto value = [&place](const char* keyword) {
    const auto found = place.find(keyword);
    return found == place.end() ? std::string() : found->second;
  };
  std::string name = value("host").empty() ? value("hostaddr") : value("host");
  if (name.empty()) name = "localhost";  // the socket of libpq's own choice, or it
  return value("port").empty() ? name : name + ':' + value("port");
}

}  // namespace

std::vector<Host> hosts_of(const Settings& settings) {
  std::map<std::string, std::string> places;
  try {
    places = places_of(settings);
  } catch (const Error&) {
    // Whoever connects is told. A program that only renders templates needs no server.
    return {{.name = "unknown", .settings = settings}};
  }
  const Items names = items_of(places, "host");
  const Items addresses = items_of(places, "hostaddr");
  const Items ports = items_of(places, "port");
  const std::size_t count = std::max({std::size_t{1}, names.size(), addresses.size()});
  if (!names.empty() && !addresses.empty() && names.size() != addresses.size()) {
    throw_count(addresses.size(), "addresses", names.size());
  }
  if (ports.size() > 1 && ports.size() != count) throw_count(ports.size(), "ports", count);
  if (count == 1) return {{.name = name_of(places), .settings = settings}};
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto keywords = place(i, names, addresses, ports);
    Host host{.name = name_of(keywords), .settings = settings};
    for (const auto& [keyword, value] : keywords) host.settings.keywords[keyword] = value;
    // Each borrower says which role it wants, and the cluster knows which host has it.
    host.settings.keywords["target_session_attrs"] = "any";
    hosts.push_back(std::move(host));
  }
  return hosts;
}

}  // namespace pgjinja::pg::cluster
