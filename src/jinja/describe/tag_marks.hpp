#pragma once

#include <string_view>

namespace pgjinja::jinja {

/// How a template's tags are written, unless its environment says otherwise.
struct TagMarks {
  std::string_view comment_begin = "{#";
  std::string_view comment_end = "#}";
  std::string_view block_begin = "{%";
  std::string_view block_end = "%}";
  std::string_view variable_begin = "{{";
  std::string_view variable_end = "}}";
};

}  // namespace pgjinja::jinja
