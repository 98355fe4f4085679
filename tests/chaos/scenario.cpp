#include "chaos/scenario.hpp"

namespace pgjinja::chaos {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"terminate", "pg_terminate_backend, busy and idle sessions, one or all", terminate},
      {"crash", "the postmaster killed by SIGKILL, or stopped by SIGQUIT, and started", crash},
      {"restart", "a fast stop, and a start", restart},
      {"refuse", "connections reset, and refused for a while", refuse},
      {"black_hole", "packets vanish, and nobody is told", black_hole},
      {"lost_acknowledgement", "the server executes, its answers are lost", lost_acknowledgement},
      {"late_sync", "sessions terminated between a statement and its Sync", late_sync},
      {"frozen_backend", "single backends stopped by SIGSTOP", frozen_backend},
      {"frozen_server", "the whole server stopped by SIGSTOP", frozen_server},
      {"recovery", "a server that takes seconds to recover (57P03)", recovery},
      {"too_many_clients", "the role's connection limit at zero (53300)", too_many_clients},
      {"slow_network", "latency, little bandwidth, slices of one byte", slow_network},
      {"storm", "1,000 callers at once on a cold pool of 8", storm},
      {"leak", "leases that nobody gives back", leak},
      {"cancel_storm", "pg_cancel_backend, and deadlines of 5 to 20 ms", cancel_storm},
      {"hygiene", "16 tenants that leave everything in their sessions", hygiene},
      {"pgbouncer", "a PgBouncer in between that ends and comes back", pgbouncer},
      {"failover", "the primary is lost or left behind, and its replica promoted", failover},
      {"lagging_replica", "a replica that stands still, and is asked", lagging_replica},
      {"moved_name", "a host's name leads to another server", moved_name},
      {"full_disk", "the disk of the tables is full (53100)", full_disk},
      {"clock_jumps", "the time of day jumps by two hours", clock_jumps, true},
      {"flat", "descriptors and memory after many terminations", flat},
      {"fork", "a forked child that uses its parent's pool", forked},
      {"drain", "pool().drain() under load", drain},
      {"secrets", "a password, looked for wherever text comes out", secrets},
  };
  return all;
}

}  // namespace pgjinja::chaos
