#pragma once

#include <pgjinja/jinja/front_matter.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// The type that front matter calls `name`: ours ("int", "text"), PostgreSQL's ("bigint",
/// "varchar") or a common word for it ("string").
std::optional<BaseType> base_type_of(std::string_view name);

/// All names that base_type_of() knows.
const std::vector<std::string>& base_type_names();

}  // namespace pgjinja::jinja
