#include "pg/conninfo_secrets.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// Where the part behind "postgresql://" begins, or npos when the text is no URI.
std::size_t authority_of(std::string_view text) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
    if (text.starts_with(scheme)) return scheme.size();
  }
  return std::string_view::npos;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

/// The message with its quoted parts left out, but for the punctuation that was expected.
std::string without_quotes(std::string_view message) {
  std::string out;
  while (!message.empty()) {
    const std::size_t open = std::min(message.find('"'), message.size());
    out += message.substr(0, open);
    message.remove_prefix(open);
    if (message.empty()) break;
    // The last part that is quoted can hold quotes itself.
    const bool expected = message.size() > 2 && message[2] == '"' &&
                          std::string_view("=]:/").find(message[1]) != std::string_view::npos;
    const std::size_t size = expected ? 3 : message.rfind('"') + 1;
    out += expected ? message.substr(0, size) : "\"…\"";
    message.remove_prefix(size);
  }
  return out;
}

[[noreturn]] void refuse_as_misread(std::string_view what) {
  throw Error(ErrorKind::Config, fmt::format("{}; is it a part of the password?", what))
      .hint(how_to_write_a_password());
}

}  // namespace

std::string how_to_write_a_password() {
  return "in postgresql://… percent-encode what is special in a password (@ is %40, / is %2F); in "
         "host=… quote it: password='…'";
}

bool may_hold_password(std::string_view text) {
  if (lower(text).find("password") != std::string::npos) return true;
  const std::size_t begin = authority_of(text);
  if (begin == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', begin);
  return colon != std::string_view::npos && text.find('@', colon) != std::string_view::npos;
}

std::string without_secrets(std::string_view message, std::string_view text) {
  while (message.ends_with('\n')) message.remove_suffix(1);
  // Translated messages have other quotation marks.
  if (!is_ascii(message))
    return std::string(may_hold_password(text) ? "libpq refuses it" : message);
  const bool names_a_keyword = message.starts_with("invalid connection option") ||
                               message.starts_with("invalid URI query parameter");
  if (names_a_keyword && !may_hold_password(text)) return std::string(message);
  return without_quotes(message);
}

void refuse_misread_uri(std::string_view text) {
  const std::size_t begin = authority_of(text);
  if (begin == std::string_view::npos) return;
  const std::string_view rest = text.substr(begin, std::min(text.find('?'), text.size()) - begin);
  const std::size_t path = rest.find('/');
  if (path != std::string_view::npos && rest.find('@', path) != std::string_view::npos) {
    refuse_as_misread("the connection string has an '@' behind its host");
  }
}

void refuse_misread_place(const std::map<std::string, std::string>& keywords) {
  const auto value = [&](const char* keyword) {
    const auto found = keywords.find(keyword);
    return found == keywords.end() ? std::string_view() : std::string_view(found->second);
  };
  if (value("port").find_first_not_of("0123456789, \t\r\n\f\v") != std::string_view::npos) {
    refuse_as_misread("the port to connect to is no number");
  }
  const std::string_view host = value("host");
  for (std::size_t at = host.find('@'); at != std::string_view::npos; at = host.find('@', at + 1)) {
    // In front it means an abstract socket (manual 34.1.2).
    if (at > 0 && host[at - 1] != ',') refuse_as_misread("the host to connect to has an '@' in it");
  }
}

}  // namespace pgjinja::pg
