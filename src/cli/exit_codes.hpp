#pragma once

#include <pgjinja/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace pgjinja::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kInternalError = 1;
inline constexpr int kUsageError = 2;
inline constexpr int kWarnings = 18;

/// One row of the table of exit codes: `kind` is what JSON and messages call the error.
struct ExitCode {
  int code;
  std::string_view kind;
  std::string_view meaning;
};

/// All exit codes, ascending: the one table that the program, its help and the README use.
std::span<const ExitCode> exit_codes() noexcept;

/// The exit code of an error of this kind; each kind has one of its own.
int exit_code_of(ErrorKind kind) noexcept;

/// The table as plain text for --help, two spaces in front of each line.
std::string exit_codes_as_text();
/// The table as Markdown, for the README.
std::string exit_codes_as_markdown();

}  // namespace pgjinja::cli
