#include "pg/pool/errors.hpp"

#include <fmt/format.h>

namespace pgjinja::pg::pool {

namespace {

constexpr std::size_t kShownHolders = 3;

std::int64_t in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).count();
}

std::string name_of(const Holder& holder) {
  return holder.label.empty() ? "one without a label" : fmt::format("'{}'", holder.label);
}

std::string shown(const std::vector<Holder>& holders) {
  std::string text;
  for (const Holder& holder : holders) {
    text += fmt::format("{}{} for {} ms", text.empty() ? "lent longest: " : ", ", name_of(holder),
                        in_milliseconds(holder.time));
  }
  return text;
}

/// The report of another error without its kind, in lines that a detail can have.
std::string shown(const Error& failure) {
  std::string text = failure.message();
  if (!failure.detail().empty()) text += '\n' + failure.detail();
  return text;
}

Error unreachable_error(bool fast, const Situation& now) {
  if (!now.last_failure) {
    return Error(ErrorKind::Connection, "no connection could be opened").safe_to_retry(true);
  }
  if (!fast) return *now.last_failure;
  return Error(ErrorKind::Connection,
               fmt::format("the server has not been reached for {} ms, and is not waited for",
                           in_milliseconds(now.unreachable_for)))
      .sqlstate(now.last_failure->sqlstate())
      .detail("the last attempt: " + shown(*now.last_failure))
      .hint(now.last_failure->hint())
      .safe_to_retry(true);
}

}  // namespace

PoolSettings checked(PoolSettings settings) {
  if (settings.max_size == 0) {
    throw Error(ErrorKind::Config, "a pool with max_size 0 can lend nothing")
        .hint("start with as many connections as the server has cores");
  }
  if (settings.max_size > PoolSettings::kMostConnections) {
    throw Error(ErrorKind::Config,
                fmt::format("a pool with max_size {} is larger than any server's "
                            "max_connections can be ({})",
                            settings.max_size, PoolSettings::kMostConnections))
        .hint("start with as many connections as the server has cores");
  }
  if (settings.min_size > settings.max_size) {
    throw Error(ErrorKind::Config,
                fmt::format("a pool's min_size of {} is above its max_size of {}",
                            settings.min_size, settings.max_size));
  }
  return settings;
}

Situation situation_of(const Machine& machine, const Books& books,
                       const std::optional<Error>& last_failure) {
  const Moment now = Clock::now();
  Situation situation{.sizes = machine.sizes(),
                      .holders = books.holders(now, kShownHolders),
                      .last_failure = last_failure};
  if (const auto since = machine.reach().failing_since()) situation.unreachable_for = now - *since;
  return situation;
}

Error timeout_error(std::string_view limit, const Situation& now) {
  const bool all_lent = now.sizes.lent > 0 && now.sizes.lent + now.sizes.opening >= now.sizes.open;
  if (!all_lent || (now.last_failure && now.sizes.lent == 0)) {
    Error error(ErrorKind::Timeout,
                fmt::format("no connection could be opened until {} had passed", limit));
    if (now.last_failure) error.detail(shown(*now.last_failure)).hint(now.last_failure->hint());
    return error.safe_to_retry(true);
  }
  Error error(ErrorKind::Timeout,
              fmt::format("no connection became free until {} had passed: all {} are lent", limit,
                          now.sizes.lent));
  std::string detail = shown(now.holders);
  if (now.last_failure) {
    detail += "\nthe last attempt to connect failed: " + shown(*now.last_failure);
  }
  return error.detail(std::move(detail))
      .hint("give connections back sooner, or raise max_size")
      .safe_to_retry(true);
}

Error stopped_error() {
  return Error(ErrorKind::Cancelled, "the caller asked to stop while a connection was awaited")
      .safe_to_retry(true);
}

Error forked_error() {
  return Error(ErrorKind::Config, "this pool was made before fork(), by the parent process")
      .hint("make a pool after the fork, in the process that uses it");
}

std::string acquire_timeout_name(std::chrono::milliseconds timeout) {
  return fmt::format("the pool's acquire_timeout of {} ms", timeout.count());
}

Error refusal_error(Refusal why, bool fast, const Situation& now) {
  switch (why) {
    case Refusal::Closed:
      return {ErrorKind::Config,
              fast ? "the pool is closed" : "the pool was closed while a connection was awaited"};
    case Refusal::QueueFull:
      return Error(ErrorKind::Limit,
                   fmt::format("{} callers wait for a connection already, which is as many as may",
                               now.sizes.waiting))
          .detail(shown(now.holders))
          .hint("do less at once, or raise max_size or most_waiting")
          .safe_to_retry(true);
    case Refusal::Unreachable: break;
  }
  return unreachable_error(fast, now);
}

std::string_view refusal_name(Refusal why) noexcept {
  switch (why) {
    case Refusal::Closed: return "pool closed";
    case Refusal::QueueFull: return "queue full";
    case Refusal::Unreachable: return "unreachable";
  }
  return "";
}

Obstacle obstacle_of(const Error& failure) noexcept {
  const std::string& state = failure.sqlstate();
  if (state == "53300") return Obstacle::Full;
  const bool settings = failure.kind() == ErrorKind::Config;
  // A password or role that is wrong, a database that does not exist, a right that is missing.
  const bool refused = state.starts_with("28") || state == "3D000" || state == "42501";
  return settings || refused ? Obstacle::Refusal : Obstacle::Unreachable;
}

}  // namespace pgjinja::pg::pool
