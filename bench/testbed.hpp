#pragma once

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <string>

/// The tables that every database benchmark reads, and how its peers reach the server.

constexpr int kCities = 10'000;

/// The settings of a server as libpq wants them.
std::string conninfo(const pgjinja::EmbeddedServer& server);

/// Makes the tables `city` with kCities rows, `event` with that many, and `arrival`, as `event` but
/// empty.
void fill(const pgjinja::Client& db, int events);

/// @throws std::runtime_error when a contender answered something wrong.
void demand(bool holds, const char* what);
