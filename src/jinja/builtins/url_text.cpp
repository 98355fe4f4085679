#include "jinja/builtins/url_text.hpp"

namespace pgjinja::jinja {

namespace {

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("_.-~").find(c) != std::string_view::npos;
}

void append_percent(char c, std::string& out) {
  const std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte / 16U];
  out += digits[byte % 16U];
}

}  // namespace

std::string percent_encoded(std::string_view text, UrlPart part) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (c == '/' && part == UrlPart::Path)) {
      out += c;
    } else if (c == ' ' && part == UrlPart::Query) {
      out += '+';
    } else {
      append_percent(c, out);
    }
  }
  return out;
}

}  // namespace pgjinja::jinja
