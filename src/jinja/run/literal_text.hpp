#pragma once

#include <pgjinja/jinja/fragment.hpp>

#include <memory>
#include <string_view>

namespace pgjinja::jinja {

/// The text of a string literal of the template, as constant text that a fragment can keep.
std::shared_ptr<const TextConstant> literal_text(std::string_view text);

}  // namespace pgjinja::jinja
