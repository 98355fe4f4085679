#pragma once

#include "chaos/plan.hpp"
#include "chaos/row.hpp"

#include <string_view>
#include <vector>

namespace pgjinja::chaos {

/// One kind of fault: it starts its server, does its faults, and fills in its row.
struct Scenario {
  std::string_view name;
  std::string_view what;
  void (*run)(const Plan& plan, Row& row);
  bool with_fake_clock = false;  ///< see FakeClock
};

/// All of them, in the order of the table.
const std::vector<Scenario>& scenarios();

// By theme, each in the file of that name.

// sessions.cpp: single sessions end, or stand still.
void terminate(const Plan& plan, Row& row);
void frozen_backend(const Plan& plan, Row& row);
void cancel_storm(const Plan& plan, Row& row);

// restarts.cpp: all of the server ends, or stands still.
void crash(const Plan& plan, Row& row);
void restart(const Plan& plan, Row& row);
void frozen_server(const Plan& plan, Row& row);
void recovery(const Plan& plan, Row& row);

// network.cpp
void refuse(const Plan& plan, Row& row);
void black_hole(const Plan& plan, Row& row);
void lost_acknowledgement(const Plan& plan, Row& row);
void late_sync(const Plan& plan, Row& row);
void slow_network(const Plan& plan, Row& row);

// limits.cpp: too many of something.
void too_many_clients(const Plan& plan, Row& row);
void storm(const Plan& plan, Row& row);
void leak(const Plan& plan, Row& row);
void full_disk(const Plan& plan, Row& row);

// hygiene.cpp
void hygiene(const Plan& plan, Row& row);

// bouncer.cpp
void pgbouncer(const Plan& plan, Row& row);

// cluster.cpp: a primary and its replica.
void failover(const Plan& plan, Row& row);
void lagging_replica(const Plan& plan, Row& row);

// addresses.cpp
void moved_name(const Plan& plan, Row& row);

// clock.cpp
void clock_jumps(const Plan& plan, Row& row);

// process.cpp: the program itself.
void flat(const Plan& plan, Row& row);
void forked(const Plan& plan, Row& row);
void drain(const Plan& plan, Row& row);

// secrets.cpp
void secrets(const Plan& plan, Row& row);

}  // namespace pgjinja::chaos
