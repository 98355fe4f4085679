#pragma once

#include "cli/request.hpp"

#include <string>
#include <variant>
#include <vector>

namespace pgjinja::cli {

/// A text to print instead of doing anything: --help, --version, exit-codes.
struct Information {
  std::string text;
};

/// What the arguments (without the program's name) ask for.
/// @throws UsageError for arguments that make no sense.
std::variant<Request, Information> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace pgjinja::cli
