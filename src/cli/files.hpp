#pragma once

#include <string>
#include <string_view>

namespace pgjinja::cli {

/// A whole file; "-" is standard input.
/// @throws Error{Config} saying why it cannot be read, Error{Limit} beyond 256 MiB.
std::string read_file(const std::string& path);

/// A text given on the command line, or the file behind `@`. `name` is what messages call it.
struct Given {
  std::string text;
  std::string name;
};
/// `argument` itself, called `option` in messages, or the contents of the file in "@FILE".
/// @throws what read_file() throws.
Given read_argument(std::string_view argument, std::string_view option);

}  // namespace pgjinja::cli
