#include "sql/misplaced.hpp"

#include "sql/eaten_space.hpp"
#include "sql/expression_text.hpp"
#include "sql/mark.hpp"
#include "sql/whole_name.hpp"

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

std::string_view what(const Value& value) {
  const auto* mark = value.as<Mark>();
  return mark == nullptr ? "parameter" : mark->noun();
}

/// Is there nothing in the double quotes but the value?
bool is_alone(const Misplaced& at, std::string_view prefix) {
  const bool closed = !at.behind.empty() && at.behind.front().text != nullptr &&
                      at.behind.front().text->text.starts_with('"');
  return closed && prefix.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

std::string identifier_hint(const Misplaced& at) {
  const bool is_mark = at.value.is_object();
  const std::string_view prefix = at.before.substr(at.before.find('"', at.state.start()) + 1);
  if (is_alone(at, prefix)) {
    if (at.value.as<IdentifierMark>() != nullptr) {
      return fmt::format("drop the double quotes: the identifier filter writes them: {}",
                         shown(at.site));
    }
    if (at.value.as<ChoiceMark>() != nullptr) {
      return "drop the double quotes, or write them in what one_of chooses from";
    }
    const auto plain = is_mark ? without_mark(at.site) : expression_of(at.site);
    return plain ? fmt::format("write {} without the double quotes", filtered(*plain, "identifier"))
                 : "apply the identifier filter to the plain name, without the double quotes";
  }
  WholeName name(WholeName::Until::Quote);
  name.add(prefix);
  name.add(at.site, is_mark);
  name.add(at.behind);
  return "without the double quotes, " + name.hint();
}

std::string comment_hint(const Misplaced& at) {
  std::string_view dash = ate_in_front(at.site);
  const std::string_view opener = std::string_view(at.site.source->text).substr(at.site.offset, 3);
  if (dash.empty() && opener == "{{-") dash = opener;
  if (dash.empty() || at.state.region() != Region::LineComment) {
    return "take it out of the comment, or make that a template comment, {# … #}";
  }
  return fmt::format(
      "`{}` pulls the value up into the comment of the line before: take its `-` away, or put the "
      "comment in /* */",
      dash);
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

Error inside(const Misplaced& at) {
  return Error(ErrorKind::Binding,
               fmt::format("{} stands inside {}, where no {} can stand", shown(at.site),
                           region_name(at.state.region()), what(at.value)))
      .at(at.site.place())
      .hint(hint_inside(at));
}

Error text_not_closed(const jinja::PrintSite& site, Region left_open) {
  return Error(ErrorKind::Binding,
               fmt::format("the text of {} leaves {} open", shown(site), region_name(left_open)))
      .at(site.place())
      .hint("it has to close what it opens; end a `--` comment with a line break");
}

Error text_merges(const jinja::PrintSite& site) {
  return Error(ErrorKind::Binding,
               fmt::format("the text of {} merges with the text next to it", shown(site)))
      .at(site.place())
      .hint("put a space between them");
}

}  // namespace pgjinja::sql
