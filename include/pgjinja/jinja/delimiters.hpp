#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// How the tags of a template are written; Jinja2's options of the same names. Where more than one
/// opening could be meant, the longest is (`<%` and `<%=`).
struct Delimiters {
  std::string block_start_string = "{%";
  std::string block_end_string = "%}";
  std::string variable_start_string = "{{";
  std::string variable_end_string = "}}";
  std::string comment_start_string = "{#";
  std::string comment_end_string = "#}";
  /// A line that begins with it is a tag: `# for x in xs`. It ends with the line, or, while a
  /// bracket is open, with a later one.
  std::optional<std::string> line_statement_prefix;
  /// What stands behind it on its line is a comment, as is the white space in front of it.
  std::optional<std::string> line_comment_prefix;

  bool operator==(const Delimiters&) const = default;

  /// `{{ expression }}`, `{% inside %}` and `{# text #}` in these delimiters, for messages.
  [[nodiscard]] std::string print(std::string_view expression) const;
  [[nodiscard]] std::string tag(std::string_view inside) const;
  [[nodiscard]] std::string comment(std::string_view text) const;
  /// A text for people that has tags in the default delimiters, with these instead.
  [[nodiscard]] std::string rewritten(std::string text) const;
};

/// Those that templates have unless their environment says otherwise; lives for ever.
const Delimiters& default_delimiters() noexcept;

}  // namespace pgjinja::jinja
