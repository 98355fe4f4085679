#include "pg/cluster/errors.hpp"

#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg::cluster {

namespace {

std::string_view wanted(Role role) {
  switch (role) {
    case Role::Primary: return "the primary";
    case Role::Replica: return "a replica that is not too far behind";
    case Role::Any: break;
  }
  return "the primary or a replica";
}

Error with_hosts(Error error, std::string hosts) {
  return error.detail(std::move(hosts))
      .hint("look at these servers, and at what promotes one of them")
      .safe_to_retry(true);
}

}  // namespace

Error timeout_error(Role role, std::string_view limit, std::string hosts) {
  return with_hosts(Error(ErrorKind::Timeout,
                          fmt::format("no host was {} until {} had passed", wanted(role), limit)),
                    std::move(hosts));
}

Error lacking_error(Role role, std::chrono::nanoseconds time, std::string hosts) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time).count();
  return with_hosts(
      Error(ErrorKind::Connection,
            fmt::format("no host has been {} for {} ms, and is not waited for", wanted(role), ms)),
      std::move(hosts));
}

}  // namespace pgjinja::pg::cluster
