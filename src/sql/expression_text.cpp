#include "sql/expression_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestShown = 60;
constexpr std::string_view kSpace = " \t\n\r\f\v";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Writes an expression on one line.
class OneLine {
 public:
  void take(char c) {
    if (quote_ != 0) return in_string(c);
    if (is_space(c)) {
      if (!text_.ends_with(' ')) text_ += ' ';
      return;
    }
    if (c == '"' || c == '\'') quote_ = c;
    text_ += c;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void in_string(char c) {
    if (c == '\n') {
      text_ += "\\n";
      return;
    }
    text_ += c;
    if (!escaped_ && c == quote_) quote_ = 0;
    escaped_ = !escaped_ && c == '\\';
  }

  std::string text_;
  char quote_ = 0;
  bool escaped_ = false;
};

/// Is a filter behind it sure to take the whole expression? A name, an attribute, a call or filters
/// are; whatever has a space outside a filter's `|`, or an operator, may not be.
bool binds_tighter_than_filter(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (std::string_view("+-*/%~<>=!:,'\"([{").find(c) != std::string_view::npos) return false;
    if (is_space(c) && expression[i - 1] != '|' && expression[i + 1] != '|') return false;
  }
  return true;
}

bool makes_mark(std::string_view filter) {
  static constexpr std::array<std::string_view, 8> kFilters = {
      "identifier", "in", "inclause", "values", "raw", "sqlsafe", "one_of", "literal"};
  return std::find(kFilters.begin(), kFilters.end(), filter) != kFilters.end();
}

}  // namespace

std::string expression_of(const jinja::PrintSite& site) {
  OneLine line;
  for (const char c : trimmed(site.expression)) line.take(c);
  return line.text();
}

std::optional<std::string> without_mark(const jinja::PrintSite& site) {
  std::string expression = expression_of(site);
  const std::size_t bar = expression.rfind('|');
  if (bar == std::string::npos) return std::nullopt;
  std::string_view filter = trimmed(std::string_view(expression).substr(bar + 1));
  if (filter.ends_with(')')) filter = trimmed(filter.substr(0, filter.find('(')));
  const std::string_view input = trimmed(std::string_view(expression).substr(0, bar));
  if (input.empty() || !makes_mark(filter)) return std::nullopt;
  return std::string(input);
}

bool is_concatenated(const jinja::PrintSite& site) {
  return !std::string_view(site.source->text)
              .substr(site.offset)
              .starts_with(site.source->delimiters().variable_start_string);
}

std::string shown(const jinja::PrintSite& site) {
  const std::string expression = expression_of(site);
  return expression.empty() || expression.size() > kLongestShown
             ? "the value"
             : site.source->delimiters().print(expression);
}

std::string printed(std::string_view expression) { return fmt::format("{{{{ {} }}}}", expression); }

std::string operand(std::string_view expression) {
  return binds_tighter_than_filter(expression) ? std::string(expression)
                                               : fmt::format("({})", expression);
}

std::string filtered(std::string_view expression, std::string_view filter) {
  return printed(fmt::format("{} | {}", operand(expression), filter));
}

std::string quoted(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal + '"';
}

}  // namespace pgjinja::sql
