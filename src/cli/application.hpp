#pragma once

#include <string>
#include <vector>

namespace pgjinja::cli {

/// Does what the arguments (without the program's name) ask for, with results on standard output
/// and errors on standard error, and gives the exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace pgjinja::cli
