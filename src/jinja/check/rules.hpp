#pragma once

#include <pgjinja/jinja/finding.hpp>

#include <span>
#include <string_view>

namespace pgjinja::jinja {

/// The rule of that id among some. @throws std::logic_error when there is none.
const Rule& find_rule(std::span<const Rule> rules, std::string_view id);

/// The rule of that id among check_rules(). @throws std::logic_error when there is none.
const Rule& check_rule(std::string_view id);

}  // namespace pgjinja::jinja
