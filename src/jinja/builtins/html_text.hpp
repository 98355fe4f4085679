#pragma once

#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// With `&amp;`, `&lt;`, `&gt;`, `&#39;` and `&#34;` for the characters that mean something in
/// HTML.
std::string html_escaped(std::string_view text);

/// The reverse, as Python's html.unescape: numbers, and names with or without a semicolon. Of the
/// names that HTML 5 added, those in use only (see html_text.cpp).
std::string html_unescaped(std::string_view text);

/// Without comments and tags, and with one space for each run of white space.
std::string without_tags(std::string_view text);

}  // namespace pgjinja::jinja
