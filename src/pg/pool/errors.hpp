#pragma once

#include "pg/pool/books.hpp"
#include "pg/pool/machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::pool {

/// The settings. @throws Error{Config} for those of a pool that could not be.
PoolSettings checked(PoolSettings settings);

/// What an error says of the pool at the moment when it refuses someone.
struct Situation {
  Machine::Sizes sizes;
  std::vector<Holder> holders;        ///< those with the longest time first
  std::optional<Error> last_failure;  ///< of the openings that fail, one behind the other
  std::chrono::nanoseconds unreachable_for{0};
};

Situation situation_of(const Machine& machine, const Books& books,
                       const std::optional<Error>& last_failure);

/// The borrower did not get a connection by its deadline, which messages call `limit`.
Error timeout_error(std::string_view limit, const Situation& now);
Error stopped_error();
/// In a child that was forked after the pool was made.
Error forked_error();
/// How messages call the setting.
std::string acquire_timeout_name(std::chrono::milliseconds timeout);
/// `fast`: it was refused at once, without an attempt of its own.
Error refusal_error(Refusal why, bool fast, const Situation& now);
/// How statistics call it.
std::string_view refusal_name(Refusal why) noexcept;

Obstacle obstacle_of(const Error& failure) noexcept;

}  // namespace pgjinja::pg::pool
