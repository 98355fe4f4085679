#include "jinja/builtins/url_pattern.hpp"

#include "jinja/run/letter_case.hpp"
#include "jinja/run/letter_classes.hpp"
#include "jinja/run/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace pgjinja::jinja {

namespace {

/// Takes `prefix`, which is in small letters, off the front of `text` whatever its case.
bool take(std::string_view& text, std::string_view prefix) {
  if (to_lower(text.substr(0, prefix.size())) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Between `least` and `most` code points, of which `holds` is true of each.
template <class Holds>
bool consists_of(std::string_view text, std::size_t least, std::size_t most, Holds holds) {
  std::size_t count = 0;
  for (; !text.empty() && count <= most; ++count) {
    const std::string_view point = first_code_point(text);
    if (!holds(code_point(point))) return false;
    text.remove_prefix(point.size());
  }
  return count >= least && count <= most;
}

bool is_label_letter(std::uint32_t code) { return is_word(code) || code == '%' || code == '-'; }
/// Python ignores case there, which makes these two letters ASCII's.
bool is_latin_letter(std::uint32_t code) {
  return (code < 0x80 && is_alphabetic(code)) || code == 0x131 || code == 0x130 || code == 0x17F ||
         code == 0x212A;
}
bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

constexpr std::size_t kAnyLength = static_cast<std::size_t>(-2);

/// Are all labels of `host` before its last one of letters, at least `least` and at most `most`?
bool has_labels(std::string_view host, std::size_t least, std::size_t most) {
  for (std::size_t dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
    if (!consists_of(host.substr(0, dot), least, most, is_label_letter)) return false;
    host.remove_prefix(dot + 1);
  }
  return true;
}

std::string_view last_label(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

bool is_host_name(std::string_view host) {
  std::string_view top = last_label(host);
  if (!has_labels(host, 1, kAnyLength)) return false;
  if (consists_of(top, 2, 63, is_latin_letter)) return true;
  return take(top, "xn--") &&
         consists_of(top, 2, 59, [](std::uint32_t c) { return is_word(c) || c == '%'; });
}

bool is_old_domain(std::string_view host) {
  static constexpr std::array<std::string_view, 8> kTop = {"com", "net", "int",  "edu",
                                                           "gov", "org", "info", "mil"};
  const std::string top = to_lower(last_label(host));
  return host.find('.') != std::string_view::npos && has_labels(host, 2, 63) &&
         std::find(kTop.begin(), kTop.end(), top) != kTop.end();
}

bool is_ip4(std::string_view host) {
  if (std::count(host.begin(), host.end(), '.') != 3) return false;
  const std::string dotted = std::string(host) + ".";
  for (std::string_view rest = dotted; !rest.empty();) {
    const std::size_t dot = rest.find('.');
    if (!consists_of(rest.substr(0, dot), 1, 3, is_decimal)) return false;
    rest.remove_prefix(dot + 1);
  }
  return true;
}

/// Up to four digits and a colon, if one follows.
std::size_t group_length(std::string_view text) {
  std::size_t size = 0;
  while (size < 4 && size < text.size() && is_hex_digit(text[size])) ++size;
  return size < text.size() && text[size] == ':' ? size + 1 : size;
}

/// What is between the brackets: two groups with their colons, and one to six more.
bool is_ip6(std::string_view text) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t size = group_length(text);
    if (size == 0 || text[size - 1] != ':') return false;
    text.remove_prefix(size);
  }
  for (int i = 0; i < 6 && !text.empty(); ++i) text.remove_prefix(group_length(text));
  return text.empty();
}

/// What may follow a host: a port, and a path, query or fragment.
bool is_rest(std::string_view text) {
  const auto ends = [](std::string_view t) { return t.empty() || t.find_first_of("/?#") == 0; };
  if (!text.starts_with(':')) return ends(text);
  text.remove_prefix(1);
  for (int i = 0; i < 5 && !text.empty() && is_decimal(code_point(first_code_point(text))); ++i) {
    text.remove_prefix(first_code_point(text).size());
    if (ends(text)) return true;
  }
  return false;
}

bool is_address_with_brackets(std::string_view text) {
  const std::size_t close = text.find(']');
  return text.starts_with('[') && close != std::string_view::npos &&
         is_ip6(text.substr(1, close - 1)) && is_rest(text.substr(close + 1));
}

}  // namespace

bool is_url(std::string_view word) {
  std::string_view rest = word;
  const bool scheme = take(rest, "http://") || take(rest, "https://");
  const bool named = scheme || take(rest, "www.");
  const std::string_view host = rest.substr(0, rest.find_first_of(":/?#"));
  if (scheme && is_address_with_brackets(rest)) return true;
  const bool ends = is_rest(rest.substr(host.size()));
  if (named && ends && (is_host_name(host) || (scheme && is_ip4(host)))) return true;
  const std::string_view bare = word.substr(0, word.find_first_of(":/?#"));
  return is_old_domain(bare) && is_rest(word.substr(bare.size()));
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.rfind('@');
  if (at == 0 || at == std::string_view::npos) return false;
  const std::string_view host = word.substr(at + 1);
  const std::size_t dot = host.rfind('.');
  if (dot == 0 || dot == std::string_view::npos) return false;
  const std::string_view before = host.substr(0, dot);
  return is_word(code_point(first_code_point(before))) &&
         consists_of(before, 1, kAnyLength,
                     [](std::uint32_t c) { return is_word(c) || c == '.' || c == '-'; }) &&
         consists_of(host.substr(dot + 1), 1, kAnyLength, is_word);
}

}  // namespace pgjinja::jinja
