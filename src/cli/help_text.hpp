#pragma once

#include <string>
#include <string_view>

namespace pgjinja::cli {

/// The examples that stand first in the help of a command; "pgjinja" for the program's.
std::string_view examples_of(std::string_view command) noexcept;

/// What stands at the end of the help of every command.
std::string help_footer();

}  // namespace pgjinja::cli
