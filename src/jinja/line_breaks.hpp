#pragma once

#include <string>

namespace pgjinja::jinja {

/// Makes every line break of a source "\n". Jinja2 takes "\n", "\r\n" and "\r" for line breaks.
void normalise_line_breaks(std::string& text);

}  // namespace pgjinja::jinja
