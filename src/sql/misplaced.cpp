#include "sql/misplaced.hpp"

#include "sql/mark.hpp"
#include "sql/tokens.hpp"

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestShown = 60;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Is a filter behind it sure to take the whole expression? A name, an attribute, a call or filters
/// are; whatever has a space outside a filter's `|`, or an operator, may not be.
bool binds_tighter_than_filter(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (std::string_view("+-*/%~<>=!:,'\"([{").find(c) != std::string_view::npos) return false;
    if (c != ' ') continue;
    const bool around_bar = expression[i - 1] == '|' || expression[i + 1] == '|' ||
                            expression[i - 1] == ' ' || expression[i + 1] == ' ';
    if (!around_bar) return false;
  }
  return true;
}

std::string operand(const jinja::PrintSite& site) {
  const std::string_view expression = trimmed(site.expression);
  return binds_tighter_than_filter(expression) ? std::string(expression)
                                               : fmt::format("({})", expression);
}

std::string_view what(const Value& value) {
  if (value.as<IdentifierMark>() != nullptr) return "identifier";
  if (value.as<ListMark>() != nullptr) return "list";
  if (value.as<RawMark>() != nullptr) return "raw text";
  return "parameter";
}

const jinja::Delimiters& delimiters(const jinja::PrintSite& site) {
  return site.source->delimiters();
}

/// `{{ ("tbl_" ~ x) | identifier }}` for a value between two texts of one name.
std::string whole_name(const jinja::PrintSite& site, std::string_view prefix,
                       std::string_view suffix) {
  std::string expression;
  if (!prefix.empty()) expression += fmt::format("\"{}\" ~ ", prefix);
  expression += operand(site);
  if (!suffix.empty()) expression += fmt::format(" ~ \"{}\"", suffix);
  return delimiters(site).print(fmt::format("({}) | identifier", expression));
}

std::string identifier_hint(const Misplaced& at) {
  if (at.value.is_object()) {
    return fmt::format("drop the double quotes: the identifier filter writes them: {}",
                       shown(at.site));
  }
  const std::string_view prefix = at.before.substr(at.before.find('"', at.state.start()) + 1);
  const std::string_view suffix = at.after.substr(0, std::min(at.after.find('"'), at.after.size()));
  if (trimmed(prefix).empty() && suffix.empty()) {
    return fmt::format("write {} without the double quotes", filtered(at.site, "identifier"));
  }
  return fmt::format("pass the whole name, without the double quotes: {}",
                     whole_name(at.site, prefix, suffix));
}

std::string comment_hint(const Misplaced& at) {
  const std::string& opening = delimiters(at.site).variable_start_string;
  const auto written = std::string_view(at.site.source->text).substr(at.site.offset);
  const bool pulled = written.starts_with(opening) && written.substr(opening.size()).starts_with('-');
  if (pulled && at.state.region() == Region::LineComment) {
    return fmt::format(
        "`{0}-` pulls the value up into the comment of the line before: write `{0}`, or put the "
        "comment in /* */",
        opening);
  }
  return "take it out of the comment, or make that a template comment, " +
         delimiters(at.site).comment("…");
}

std::string hint_inside(const Misplaced& at) {
  switch (at.state.region()) {
    case Region::QuotedIdentifier:
    case Region::UnicodeIdentifier: return identifier_hint(at);
    case Region::LineComment:
    case Region::BlockComment: return comment_hint(at);
    default: return string_hint(at);
  }
}

}  // namespace

std::string shown(const jinja::PrintSite& site) {
  const std::string_view expression = trimmed(site.expression);
  if (expression.empty() || expression.size() > kLongestShown ||
      expression.find('\n') != std::string_view::npos) {
    return "the value";
  }
  return delimiters(site).print(expression);
}

std::string filtered(const jinja::PrintSite& site, std::string_view filter) {
  return delimiters(site).print(fmt::format("{} | {}", operand(site), filter));
}

Error inside(const Misplaced& at) {
  return Error(ErrorKind::Binding,
               fmt::format("{} stands inside {}, where no {} can stand", shown(at.site),
                           region_name(at.state.region()), what(at.value)))
      .at(at.site.place())
      .hint(hint_inside(at));
}

Error glued_before(const Misplaced& at) {
  const std::string_view left = at.before.substr(at.state.start());
  std::string hint = "put a space between them";
  switch (at.state.touch()) {
    case Touch::Word:
      hint = fmt::format("put a space between them; if both are one name, pass it whole: {}",
                         whole_name(at.site, left, ""));
      break;
    case Touch::Dollar: hint = "take the `$` away: the binder writes the placeholder whole"; break;
    case Touch::String: hint = fmt::format("join the two: {} || {}", left, shown(at.site)); break;
    case Touch::UnicodePrefix: hint = "put a space behind the `&`"; break;
    default: break;
  }
  return Error(ErrorKind::Binding,
               left.size() > kLongestShown
                   ? fmt::format("{} is glued to the text in front of it", shown(at.site))
                   : fmt::format("{} is glued to {} in front of it", shown(at.site), left))
      .at(at.site.place())
      .hint(std::move(hint));
}

Error glued_to_value(const jinja::PrintSite& left, const Misplaced& at) {
  Error error(ErrorKind::Binding, fmt::format("{} is glued to {}: two values with nothing between",
                                              shown(at.site), shown(left)));
  if (&left == &at.site) {
    return std::move(error)
        .at(at.site.place())
        .hint(fmt::format("put a separator between the rounds of the loop: {}, {}",
                          delimiters(at.site).tag("if not loop.last"),
                          delimiters(at.site).tag("endif")));
  }
  return std::move(error)
      .at(at.site.place())
      .hint(fmt::format("put a space, a comma or an operator between them, or join them into one "
                        "value: {}",
                        delimiters(at.site).print(
                            fmt::format("{} ~ {}", operand(left), operand(at.site)))));
}

Error glued_after(const jinja::PrintSite& site, std::string_view after) {
  const std::string_view right = after.substr(0, first_token_length(after));
  const bool word = byte_class(after[0]) == ByteClass::Word;
  return Error(ErrorKind::Binding,
               right.size() > kLongestShown
                   ? fmt::format("{} is glued to the text behind it", shown(site))
                   : fmt::format("{} is glued to {} behind it", shown(site), right))
      .at(site.place())
      .hint(word ? fmt::format("put a space between them; if both are one name, pass it whole: {}",
                               whole_name(site, "", right))
                 : "put a space between them");
}

Error raw_not_closed(const jinja::PrintSite& site, Region left_open) {
  return Error(ErrorKind::Binding, fmt::format("the raw text of {} leaves {} open", shown(site),
                                               region_name(left_open)))
      .at(site.place())
      .hint("raw text has to close what it opens; end a `--` comment with a line break");
}

Error raw_merges(const jinja::PrintSite& site) {
  return Error(ErrorKind::Binding,
               fmt::format("the raw text of {} merges with the text next to it", shown(site)))
      .at(site.place())
      .hint("put a space between them");
}

}  // namespace pgjinja::sql
