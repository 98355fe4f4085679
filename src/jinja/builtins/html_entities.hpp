#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// The character that an entity's name stands for: `amp` and `amp;`, `Alpha;`. Those of HTML 4 (of
/// which the older half may do without the semicolon), and `apos;`. Empty for any other name.
std::string_view entity_named(std::string_view name) noexcept;

/// What `&#number;` stands for as HTML 5 has it, where some numbers are taken for Windows' letters
/// and some for nothing at all.
std::string entity_numbered(std::uint64_t number);

}  // namespace pgjinja::jinja
