#pragma once

#include <pgjinja/jinja/finding.hpp>

#include <string>
#include <vector>

namespace pgjinja::cli {

/// Findings as a SARIF 2.1.0 log with one run, whose rules are all that validate knows.
std::string sarif_log(const std::vector<jinja::Finding>& findings);

}  // namespace pgjinja::cli
