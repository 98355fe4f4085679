#include "cli/exit_codes.hpp"

#include <array>
#include <iterator>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

// Scripts rely on these numbers: new ones go to the end.
constexpr std::array kTable = {
    ExitCode{kSuccess, "", "done, and nothing to report"},
    ExitCode{kInternalError, "internal", "a bug in pgjinja, or no memory"},
    ExitCode{kUsageError, "usage", "the command line is wrong"},
    ExitCode{3, "config", "a file, a directory, a setting or a parameter file is wrong"},
    ExitCode{4, "not-found", "no such template, or a name that two files answer to"},
    ExitCode{5, "syntax", "a template does not parse"},
    ExitCode{6, "undefined", "a template uses a value that nobody gave"},
    ExitCode{7, "runtime", "an operation in a template failed"},
    ExitCode{8, "security", "a template or a name tried what it may not"},
    ExitCode{9, "limit", "a bound was reached: size, nesting, recursion, iterations"},
    ExitCode{10, "binding", "a value stands where no SQL parameter can stand"},
    ExitCode{11, "encode", "a value does not fit its parameter's type"},
    ExitCode{12, "connection", "no session with the server, or it was lost"},
    ExitCode{13, "server", "PostgreSQL reported an error"},
    ExitCode{14, "timeout", "a deadline passed"},
    ExitCode{15, "mapping", "a column's value could not be read"},
    ExitCode{16, "cardinality", "another number of rows than was asked for"},
    ExitCode{17, "protocol", "the server sent what its protocol does not allow"},
    ExitCode{kWarnings, "warnings", "validate --strict: warnings, and no errors"},
    ExitCode{19, "cancelled", "it was asked to stop"},
    ExitCode{20, "cursor", "a page's cursor was tampered with, or is another page's"},
};

}  // namespace

std::span<const ExitCode> exit_codes() noexcept { return kTable; }

int exit_code_of(ErrorKind kind) noexcept {
  const std::string_view name = error_kind_name(kind);
  for (const ExitCode& row : kTable) {
    if (row.kind == name) return row.code;
  }
  return kInternalError;
}

std::string exit_codes_as_text() {
  std::string out;
  for (const ExitCode& row : kTable) {
    fmt::format_to(std::back_inserter(out), "  {:>2}  {:<13}{}\n", row.code, row.kind, row.meaning);
  }
  return out;
}

std::string exit_codes_as_markdown() {
  std::string out = "| exit code | kind | meaning |\n|--:|---|---|\n";
  for (const ExitCode& row : kTable) {
    fmt::format_to(std::back_inserter(out), "| {} | {} | {} |\n", row.code, row.kind, row.meaning);
  }
  return out;
}

}  // namespace pgjinja::cli
