#pragma once

#include <string>

namespace pgjinja::jinja {

/// Makes "\n" of "\r\n" and "\r": Jinja2 takes all of them for line breaks.
void normalise_line_breaks(std::string& text);

}  // namespace pgjinja::jinja
