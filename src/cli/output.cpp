#include "cli/output.hpp"

#include <pgjinja/core/error.hpp>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace pgjinja::cli {

namespace {

constexpr std::size_t kBuffered = 1U << 16U;

/// Writes all of it; gives errno, or 0.
int write_all(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool is_coloured(int file) noexcept {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb") && ::isatty(file) == 1;
}

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kBlue = "\x1b[34m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kPlain = "\x1b[0m";

void append_coloured(std::string& out, std::string_view colour, std::string_view text) {
  out.append(colour).append(text).append(kPlain);
}

/// One line of a report after its first: the gutter up to "|", "-->" or "=", and the rest.
void append_line(std::string& out, std::string_view line) {
  const std::size_t sign = line.find_first_not_of(" 0123456789");
  if (sign == std::string_view::npos) {
    out += line;
    return;
  }
  const std::size_t length = line.substr(sign).starts_with("-->") ? 3 : 1;
  append_coloured(out, kBlue, line.substr(0, sign + length));
  const std::string_view rest = line.substr(sign + length);
  const bool carets = line[sign] == '|' && rest.find('^') != std::string_view::npos &&
                      rest.find_first_not_of(" \t^") == std::string_view::npos;
  if (carets) {
    append_coloured(out, kRed, rest);
  } else if (rest.starts_with(" hint: ")) {
    append_coloured(out, kCyan, rest);
  } else {
    out += rest;
  }
}

}  // namespace

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffered) finish();
}

void Output::finish() {
  const int failure = write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (failure == EPIPE) throw ReaderGone();
  if (failure == 0) return;
  throw Error(ErrorKind::Config, fmt::format("standard output cannot be written: {}",
                                             std::generic_category().message(failure)));
}

bool Output::coloured() noexcept { return is_coloured(STDOUT_FILENO); }

void report(std::string_view text) noexcept {
  // When standard error is closed as well there is no place left to say so.
  static_cast<void>(write_all(STDERR_FILENO, is_coloured(STDERR_FILENO)
                                                 ? colour_report(text) + "\n"
                                                 : std::string(text) + "\n"));
}

std::string colour_report(std::string_view report) {
  std::string out;
  const std::size_t head = report.find(": ");
  if (head == std::string_view::npos) return std::string(report);
  append_coloured(out, kRed, report.substr(0, head));
  std::size_t end = std::min(report.find('\n'), report.size());
  out += report.substr(head, end - head);
  while (end < report.size()) {
    out += '\n';
    const std::size_t begin = end + 1;
    end = std::min(report.find('\n', begin), report.size());
    append_line(out, report.substr(begin, end - begin));
  }
  return out;
}

}  // namespace pgjinja::cli
