#include "pg/conninfo.hpp"

#include "pg/conninfo_secrets.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace pgjinja::pg {

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Options parse(const std::string& text) {
  char* message = nullptr;
  Options options(PQconninfoParse(text.c_str(), &message));
  const std::unique_ptr<char, void (*)(void*)> owner(message, PQfreemem);
  if (options == nullptr) {
    throw Error(ErrorKind::Config,
                fmt::format("the connection string cannot be read: {}",
                            without_secrets(message == nullptr ? "out of memory" : message, text)))
        .hint(may_hold_password(text)
                  ? how_to_write_a_password()
                  : "write host=… dbname=… user=…, or postgresql://user@host/dbname; quote values "
                    "with spaces: password='…'");
  }
  return options;
}

const PQconninfoOption* find(const Options& options, std::string_view keyword) {
  for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o) {
    if (keyword == o->keyword) return o;
  }
  return nullptr;
}

void merge(const Settings& settings, const Options& defaults,
           std::map<std::string, std::string>& out) {
  if (!settings.conninfo.empty()) {
    refuse_misread_uri(settings.conninfo);
    const Options parsed = parse(settings.conninfo);
    for (const PQconninfoOption* o = parsed.get(); o->keyword != nullptr; ++o) {
      if (o->val != nullptr) out[o->keyword] = o->val;
    }
  }
  for (const auto& [keyword, value] : settings.keywords) {
    if (find(defaults, keyword) == nullptr) {
      throw Error(ErrorKind::Config, fmt::format("'{}' is no connection keyword", keyword))
          .hint("PostgreSQL's manual lists them in 34.1.2: host, port, dbname, user, sslmode, …");
    }
    out[keyword] = value;
  }
  refuse_misread_place(out);
}

/// The data plane reads from a socket or a TLS session, not through Kerberos wrapping.
void refuse_gss(const Options& defaults, std::map<std::string, std::string>& keywords) {
  const auto given = keywords.find("gssencmode");
  const PQconninfoOption* from_environment = find(defaults, "gssencmode");
  const std::string_view mode = given != keywords.end() ? std::string_view(given->second)
                                : from_environment != nullptr && from_environment->val != nullptr
                                    ? std::string_view(from_environment->val)
                                    : std::string_view();
  if (mode == "require") {
    throw Error(ErrorKind::Config,
                "gssencmode=require is asked for, and GSSAPI encryption is not "
                "supported")
        .hint("use TLS: sslmode=verify-full");
  }
  keywords["gssencmode"] = "disable";
}

/// A number of seconds as libpq reads it: white space may stand around it.
std::chrono::milliseconds parse_timeout(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  std::string_view digits = text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int seconds = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (status != std::errc() || end != digits.data() + digits.size()) {
    throw Error(ErrorKind::Config,
                fmt::format("connect_timeout '{}' is no number of seconds", text))
        .hint("look at the connection settings, PGCONNECT_TIMEOUT and the service file");
  }
  return seconds > 0 ? std::chrono::seconds(seconds) : std::chrono::milliseconds::max();
}

/// `-c name=value` as the server takes it apart: a backslash before white space and backslashes.
void append_option(std::string& options, std::string_view name, std::string_view value) {
  if (name.empty() || name.find_first_of("= \t\n\\") != std::string_view::npos) {
    throw Error(ErrorKind::Config, fmt::format("'{}' is no name of a session setting", name));
  }
  if (!options.empty()) options += ' ';
  options.append("-c ").append(name) += '=';
  for (const char c : value) {
    if (std::string_view(" \t\n\r\f\v\\").find(c) != std::string_view::npos) options += '\\';
    options += c;
  }
}

void add_session_settings(const Settings& settings, const Options& defaults,
                          std::map<std::string, std::string>& keywords) {
  if (settings.session.empty()) return;
  auto [options, added] = keywords.try_emplace("options");
  const PQconninfoOption* from_environment = find(defaults, "options");
  if (added && from_environment != nullptr && from_environment->val != nullptr) {
    options->second = from_environment->val;
  }
  for (const auto& [name, value] : settings.session) {
    if (name == "application_name") {
      keywords[name] = value;
    } else {
      append_option(options->second, name, value);
    }
  }
}

}  // namespace

Conninfo make_conninfo(const Settings& settings) {
  const Options defaults(PQconndefaults());
  if (defaults == nullptr) {
    throw Error(ErrorKind::Config, "libpq cannot read its defaults").hint("look at PGSERVICE");
  }
  Conninfo conninfo;
  merge(settings, defaults, conninfo.keywords);
  refuse_gss(defaults, conninfo.keywords);
  add_session_settings(settings, defaults, conninfo.keywords);
  conninfo.keywords["client_encoding"] = "UTF8";
  conninfo.keywords.try_emplace("fallback_application_name", "pgjinja");
  return conninfo;
}

std::map<std::string, std::string> places_of(const Settings& settings) {
  const Conninfo conninfo = make_conninfo(settings);
  const Options defaults(PQconndefaults());
  std::map<std::string, std::string> places;
  for (const char* keyword : {"host", "hostaddr", "port"}) {
    const auto given = conninfo.keywords.find(keyword);
    const PQconninfoOption* fallback = find(defaults, keyword);
    if (given != conninfo.keywords.end()) {
      places[keyword] = given->second;
    } else if (fallback != nullptr && fallback->val != nullptr) {
      places[keyword] = fallback->val;
    }
  }
  return places;
}

std::chrono::milliseconds connect_timeout(PGconn* conn, const Settings& settings) {
  const Options effective(PQconninfo(conn));
  const PQconninfoOption* given = find(effective, "connect_timeout");
  if (given == nullptr || given->val == nullptr || *given->val == '\0') {
    return settings.connect_timeout;
  }
  return parse_timeout(given->val);
}

std::vector<const char*> Conninfo::names() const {
  std::vector<const char*> list;
  for (const auto& [name, value] : keywords) list.push_back(name.c_str());
  list.push_back(nullptr);
  return list;
}

std::vector<const char*> Conninfo::values() const {
  std::vector<const char*> list;
  for (const auto& [name, value] : keywords) list.push_back(value.c_str());
  list.push_back(nullptr);
  return list;
}

}  // namespace pgjinja::pg
