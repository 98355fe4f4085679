#pragma once

#include <string_view>

namespace pgjinja::jinja {

// What Jinja2's urlize takes for a URL and an address of mail; each is about a whole word.

/// `http://…`, `https://…` and `www.…` with a host's name or number, and names below the oldest
/// domains: `example.org/page`.
bool is_url(std::string_view word);
/// `name@host.domain`.
bool is_mail_address(std::string_view word);

}  // namespace pgjinja::jinja
