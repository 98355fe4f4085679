#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// Where a text is white space and comments no more; nullopt if it is nothing else.
std::optional<std::size_t> first_code(std::string_view text, const Options& options);

/// The error for what is there, `offset` in the source.
Error text_in_head(const Source& source, std::size_t offset);

}  // namespace pgjinja::jinja
