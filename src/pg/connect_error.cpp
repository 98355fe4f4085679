#include "pg/connect_error.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

namespace pgjinja::pg {

namespace {

bool is_state_char(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

/// Finds "  28P01: " in "FATAL:  28P01: …", cuts it out and returns the five characters.
std::string take_sqlstate(std::string& text) {
  for (std::size_t at = text.find(":  "); at != std::string::npos; at = text.find(":  ", at + 1)) {
    const std::size_t begin = at + 3;
    if (text.size() < begin + 7 || text.compare(begin + 5, 2, ": ") != 0) continue;
    const std::string state = text.substr(begin, 5);
    if (!std::all_of(state.begin(), state.end(), is_state_char)) continue;
    text.erase(begin - 1, 8);
    return state;
  }
  return {};
}

/// "LOCATION:  auth_failed, auth.c:335", in whatever language.
bool is_location(std::string_view line) {
  const std::size_t dot = line.rfind(".c:");
  return dot != std::string_view::npos && line.find(", ") < dot &&
         std::all_of(
             line.begin() + static_cast<std::ptrdiff_t>(dot) + 3, line.end(),
             [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::vector<std::string> useful_lines(std::string_view message) {
  std::vector<std::string> lines;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    // Lines with a tab are libpq's questions to the reader; the hint says it instead.
    if (!line.empty() && line.front() != '\t' && !is_location(line)) lines.emplace_back(line);
  }
  return lines;
}

bool mentions(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

std::string_view hint_for_sqlstate(std::string_view state) {
  if (state == "28P01") return "check user and password (PGPASSWORD, ~/.pgpass)";
  if (state == "28000") return "check the user, and what pg_hba.conf of the server allows it";
  if (state == "3D000") return "create the database, or name another one with dbname";
  if (state == "53300")
    return "the server takes no more sessions: use a pool, or raise max_connections";
  if (state == "57P03") return "the server is starting up or shutting down: try again in a moment";
  return {};
}

std::string_view hint_for_text(std::string_view text) {
  if (mentions(text, std::strerror(ECONNREFUSED)) || mentions(text, std::strerror(ENOENT))) {
    return "nothing listens there: is the server running, and are host and port right?";
  }
  if (mentions(text, "certificate")) {
    return "look at sslmode, sslrootcert and sslcert, and at the server's certificate";
  }
  if (mentions(text, "SSL")) return "does the server offer TLS? look at sslmode";
  return "look at host, port and the PG* environment variables";
}

/// What libpq says of settings before it tries any host: trying again cannot help.
bool refuses_settings(std::string_view message) {
  static constexpr std::string_view kBeginnings[] = {
      "invalid ",         "definition of service ",  "service file ",
      "syntax error in ", "nested service ",         "could not match ",
      "sslmode value ",   "Unix-domain socket path", "could not parse network address "};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](std::string_view beginning) { return message.starts_with(beginning); }) ||
         mentions(message, "invalid integer value ");
}

Error settings_error(std::string first) {
  return Error(ErrorKind::Config, std::move(first))
      .hint(
          "look at the connection settings, the PG* environment variables and the service file; "
          "PostgreSQL's manual lists the keywords in 34.1.2");
}

}  // namespace

Error connect_error(std::string_view message, bool needs_password) {
  std::vector<std::string> lines = useful_lines(message);
  std::string state;
  for (std::string& line : lines) {
    if (std::string found = take_sqlstate(line); !found.empty()) state = std::move(found);
  }
  std::string first = lines.empty() ? "libpq gave no reason" : lines.front();
  if (state.empty() && refuses_settings(first)) return settings_error(std::move(first));
  std::string_view hint = hint_for_sqlstate(state);
  if (needs_password) hint = "the server wants a password: give one (PGPASSWORD, ~/.pgpass)";
  if (hint.empty()) hint = hint_for_text(message);
  Error error(ErrorKind::Connection, std::move(first));
  error.hint(std::string(hint)).safe_to_retry(true);
  if (!state.empty()) error.sqlstate(state);
  if (lines.size() > 1) {
    std::string rest = lines[1];
    for (std::size_t i = 2; i < lines.size(); ++i) rest += '\n' + lines[i];
    error.detail(std::move(rest));
  }
  return error;
}

}  // namespace pgjinja::pg
