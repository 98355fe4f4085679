#pragma once

#include <string>
#include <string_view>

namespace pgjinja::jinja {

// The case of letters as Python's str methods of these names have it: with images of several
// letters (ß becomes SS) and the final sigma. Bytes that are no UTF-8 stay.

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string casefold(std::string_view text);
std::string capitalize(std::string_view text);
std::string swap_case(std::string_view text);
/// str.title(): a capital behind everything that has no case. (The filter `title` is another.)
std::string to_title(std::string_view text);

}  // namespace pgjinja::jinja
