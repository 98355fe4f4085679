#include "pg/conninfo.hpp"

#include "pg/conninfo_secrets.hpp"

#include <pgjinja/core/error.hpp>

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

/// libpq honours connect_timeout only when it waits itself, and here it does not.
std::chrono::milliseconds take_timeout(const Settings& settings,
                                       const std::map<std::string, std::string>& keywords) {
  const auto given = keywords.find("connect_timeout");
  if (given == keywords.end()) return settings.connect_timeout;
  const std::string& text = given->second;
  int seconds = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (status != std::errc() || end != text.data() + text.size()) {
    throw Error(ErrorKind::Config,
                fmt::format("connect_timeout '{}' is no number of seconds", text));
  }
  return seconds > 0 ? std::chrono::seconds(seconds) : std::chrono::milliseconds::max();
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
  conninfo.timeout = take_timeout(settings, conninfo.keywords);
  conninfo.keywords["client_encoding"] = "UTF8";
  conninfo.keywords.try_emplace("fallback_application_name", "pgjinja");
  return conninfo;
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
