#pragma once

#include "chaos/journal.hpp"
#include "chaos/row.hpp"
#include "chaos/testbed.hpp"

#include <vector>

namespace pgjinja::chaos {

/// Holds what the workers were told against what the tables say. Needs that no session of theirs
/// runs any more.
void audit(const Testbed& testbed, const std::vector<const Journal*>& journals, Row& row);

}  // namespace pgjinja::chaos
