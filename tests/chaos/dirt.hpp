#pragma once

#include <array>
#include <string>

namespace pgjinja::chaos {

/// What borrowers leave in their sessions. `{}` is a number of their own.
inline constexpr std::array<const char*, 9> kDirt = {
    "SET ROLE chaos_other",
    "SET search_path = nowhere",
    "SET statement_timeout = '23s'",
    "SET chaos.tenant = 'tenant {}'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SELECT pg_advisory_lock({})",
    "LISTEN chaos_channel",
    "CREATE TEMPORARY TABLE mine AS SELECT {} AS tenant",
    "DECLARE chaos_cursor CURSOR WITH HOLD FOR SELECT {}",
};

/// Says what is left in a session, or "". What it needs is spelt out, wherever names may point.
inline constexpr const char* kLookForDirt = R"(
SELECT pg_catalog.concat_ws(', ',
  CASE WHEN current_user <> session_user THEN 'role' END,
  CASE WHEN session_user <> {{ user }} THEN 'session authorization' END,
  CASE WHEN current_setting('search_path') <> '"$user", public' THEN 'search_path' END,
  CASE WHEN current_setting('statement_timeout') <> '0' THEN 'statement_timeout' END,
  CASE WHEN coalesce(current_setting('chaos.tenant', true), '') <> '' THEN 'tenant' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_settings
    WHERE name = 'default_transaction_read_only' AND setting <> reset_val) THEN 'read only' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks
    WHERE pid = pg_backend_pid() AND locktype = 'advisory') THEN 'advisory lock' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_listening_channels()) THEN 'channel' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.pg_my_temp_schema()) THEN 'temporary table' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_cursors
    WHERE name = 'chaos_cursor') THEN 'cursor' END,
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_prepared_statements
    WHERE name = 'chaos_statement') THEN 'prepared statement' END)
)";

}  // namespace pgjinja::chaos
