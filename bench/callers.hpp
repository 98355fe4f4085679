#pragma once

#include "city_sums.hpp"
#include "libpq_peer.hpp"

#include <cstdint>
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

/// One row by primary key, asked for by a coroutine.
using Call = std::function<boost::asio::awaitable<City>(std::int64_t)>;

/// Runs kCallers coroutines, each of which asks for `calls` rows, one after the other, and sums up
/// what came.
CitySums run_callers(boost::asio::io_context& io, int calls, const Call& call);
