#include "cli/statement_printer.hpp"

#include "cli/display_width.hpp"
#include "cli/json_object.hpp"
#include "cli/table.hpp"
#include "cli/value_json.hpp"
#include "core/shown_text.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

constexpr std::size_t kLongestShown = 80;

/// The beginning of a text, not cut within a code point.
std::string shortened(std::string text) {
  if (text.size() <= kLongestShown) return text;
  std::size_t end = kLongestShown;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + '\'';
}

std::string shown_value(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string text;
  if (value.is_text()) {
    text = quoted(value.as_text());
  } else {
    append_value_json(text, value);
  }
  return escape_controls(shortened(std::move(text)));
}

std::string_view type_name(const Value& value) {
  return value.is_text() ? text_tag_name(value.text_tag()) : kind_name(value.kind());
}

std::string origin_of(const jinja::PrintSite& site) {
  const SourcePlace place = site.place();
  const std::string expression = printable(shortened(std::string(site.expression)));
  const std::size_t begin = std::min(expression.find_first_not_of(' '), expression.size());
  const std::size_t end = expression.find_last_not_of(' ') + 1;
  return fmt::format("{} {}:{}:{}",
                     site.source->delimiters().print(expression.substr(begin, end - begin)),
                     printable(place.name), place.line, place.column);
}

/// "$1 = 'FR' (text)"
std::vector<std::string> parameter_lines(const sql::Statement& statement) {
  std::vector<std::string> lines;
  lines.reserve(statement.parameters.size());
  for (const Value& value : statement.parameters) {
    lines.push_back(
        fmt::format("${} = {} ({})", lines.size() + 1, shown_value(value), type_name(value)));
  }
  return lines;
}

}  // namespace

std::string describe_statement(const sql::Statement& statement) {
  std::string out = statement.sql;
  if (!out.ends_with('\n')) out += '\n';
  const std::vector<std::string> lines = parameter_lines(statement);
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string padding(width - display_width(lines[i]), ' ');
    fmt::format_to(std::back_inserter(out), "{}{}{}  ← {}\n", i == 0 ? "\n" : "", lines[i], padding,
                   origin_of(*statement.sites[i]));
  }
  return out;
}

std::string statement_json(const sql::Statement& statement) {
  std::vector<std::string> values;
  std::vector<std::string> types;
  values.reserve(statement.parameters.size());
  types.reserve(statement.parameters.size());
  for (const Value& value : statement.parameters) {
    append_value_json(values.emplace_back(), value);
    types.push_back(json_string(type_name(value)));
  }
  return JsonObject()
             .text("sql", statement.sql)
             .json("params", json_array(values))
             .json("types", json_array(types))
             .text("template", statement.template_name)
             .str() +
         '\n';
}

}  // namespace pgjinja::cli
