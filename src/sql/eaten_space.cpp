#include "sql/eaten_space.hpp"

#include <algorithm>

namespace pgjinja::sql {

namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

bool opens_tag(std::string_view two) { return two == "{%" || two == "{#"; }
bool closes_tag(std::string_view two) { return two == "%}" || two == "#}"; }

bool eats_behind(std::string_view three) {
  return three == "-%}" || three == "-#}" || three == "-}}";
}
bool eats_in_front(std::string_view three) {
  return three == "{%-" || three == "{#-" || three == "{{-";
}

std::string_view last(std::string_view text, std::size_t n) {
  return text.substr(text.size() - std::min(n, text.size()));
}

}  // namespace

// Walks back over the tags that stand right in front of it.
std::string_view ate_in_front(const jinja::PrintSite& site) {
  const std::string_view text = site.source->text;
  std::size_t at = std::string_view::npos;
  for (at = text.rfind("{{", site.offset); at != std::string_view::npos && at > 0;) {
    const std::string_view front = text.substr(0, at);
    const std::size_t end = front.find_last_not_of(kSpace) + 1;
    if (end < at) {
      const std::string_view opener = text.substr(at, 3);
      if (eats_in_front(opener)) return opener;
      const std::string_view closer = last(front.substr(0, end), 3);
      return eats_behind(closer) ? closer : std::string_view();
    }
    if (!closes_tag(last(front, 2))) break;
    at = front.rfind(front[at - 2] == '%' ? "{%" : "{#");
  }
  return {};
}

std::string_view ate_behind(const jinja::PrintSite& site) {
  const std::string_view text = site.source->text;
  std::size_t at = text.find("}}", site.offset + site.length - std::min(site.length, 2U));
  while (at != std::string_view::npos && at + 2 < text.size()) {
    const std::size_t end = at + 2;
    const std::size_t next = std::min(text.find_first_not_of(kSpace, end), text.size());
    if (next > end) {
      const std::string_view closer = last(text.substr(0, end), 3);
      if (eats_behind(closer)) return closer;
      const std::string_view opener = text.substr(next, 3);
      return eats_in_front(opener) ? opener : std::string_view();
    }
    if (!opens_tag(text.substr(end, 2))) break;
    at = text.find(text[end + 1] == '%' ? "%}" : "#}", end);
  }
  return {};
}

}  // namespace pgjinja::sql
