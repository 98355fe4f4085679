#include "sql/glued.hpp"

#include "sql/eaten_space.hpp"
#include "sql/expression_text.hpp"
#include "sql/mark.hpp"
#include "sql/tokens.hpp"
#include "sql/whole_name.hpp"

#include <optional>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestShown = 60;
constexpr std::string_view kSpaceBetween = "put a space between them";

std::string dash_hint(std::string_view dash) {
  return fmt::format("take the `-` of `{}` away: it takes the white space next to it away with it",
                     dash);
}

bool can_be_name(const Value& value) {
  return !value.is_object() || value.as<IdentifierMark>() != nullptr;
}

std::string one_name(const WholeName& name) {
  return fmt::format("{}; if both are one name, {}", kSpaceBetween, name.hint());
}

std::string word_hint(const Misplaced& at, std::string_view left) {
  if (!can_be_name(at.value)) return std::string(kSpaceBetween);
  WholeName name(WholeName::Until::WordEnd);
  name.add(left);
  name.add(at.site, at.value.is_object());
  name.add(at.behind);
  return one_name(name);
}

std::string front_hint(const Misplaced& at, std::string_view left) {
  const bool joins = at.state.touch() == Touch::String && !at.value.is_object();
  switch (at.state.touch()) {
    case Touch::Word: return word_hint(at, left);
    case Touch::Dollar: return "take the `$` away: the binder writes the placeholder whole";
    case Touch::UnicodePrefix: return "put a space behind the `&`";
    default: break;
  }
  return joins ? fmt::format("join the two: {} || {}", left, shown(at.site))
               : std::string(kSpaceBetween);
}

/// Does a tag of a loop stand open around `site`?
bool is_in_loop(const jinja::PrintSite& site) {
  const std::string_view text = site.source->text;
  std::ptrdiff_t open = 0;
  for (std::size_t at = text.find("{%"); at < site.offset; at = text.find("{%", at + 2)) {
    const std::size_t word = text.find_first_not_of("-+ \t\n", at + 2);
    if (word >= text.size()) break;
    if (text.substr(word, 4) == "for ") ++open;
    if (text.substr(word, 6) == "endfor") --open;
  }
  return open > 0;
}

std::string same_site_hint(const jinja::PrintSite& site) {
  if (expression_of(site).find("join") != std::string::npos) {
    return "give `join` a separator: join(', ')";
  }
  if (is_in_loop(site)) {
    return "put a separator between the rounds of the loop: "
           "{% if not loop.last %}, {% endif %}";
  }
  return "put a space, a comma or an operator between them";
}

/// For two names: one of both, or a dotted one.
std::optional<std::string> names_hint(const Neighbour& left, const Misplaced& at) {
  const auto first = without_mark(left.site);
  const auto second = without_mark(at.site);
  if (left.touch != Touch::Identifier || at.value.as<IdentifierMark>() == nullptr) return {};
  if (!first || !second) return {};
  return fmt::format(
      "put a comma or a space between them; one name of both is {}, a dotted name {}",
      printed(fmt::format("({} ~ {}) | identifier", operand(*first), operand(*second))),
      printed(fmt::format("[{}, {}] | identifier", *first, *second)));
}

std::string between_hint(const Neighbour& left, const Misplaced& at) {
  if (is_concatenated(at.site) || is_concatenated(left.site)) {
    return "`~` joins values, and puts no text between them: print each by itself, as in "
           "{{ a }}, {{ b }}";
  }
  std::string_view dash = ate_in_front(at.site);
  if (dash.empty()) dash = ate_behind(left.site);
  if (!dash.empty()) return dash_hint(dash);
  if (&left.site == &at.site) return same_site_hint(at.site);
  if (auto names = names_hint(left, at)) return *names;
  std::string hint = "put a space, a comma or an operator between them";
  if (left.touch == Touch::Parameter && !at.value.is_object()) {
    hint += fmt::format(
        ", or join them into one value: {}",
        printed(operand(expression_of(left.site)) + " ~ " + operand(expression_of(at.site))));
  }
  return hint;
}

std::string behind_hint(const Neighbour& left, std::span<const jinja::Piece> behind) {
  const bool name = left.touch == Touch::Parameter || left.touch == Touch::Identifier;
  if (!name || byte_class(behind.front().text->text.front()) != ByteClass::Word) {
    return std::string(kSpaceBetween);
  }
  WholeName whole(WholeName::Until::WordEnd);
  whole.add(left.site, left.touch == Touch::Identifier);
  whole.add(behind);
  return one_name(whole);
}

Error glued(const jinja::PrintSite& site, std::string_view text, std::string_view where) {
  return Error(ErrorKind::Binding,
               fmt::format("{} is glued to {} {} it", shown(site),
                           text.size() > kLongestShown ? "the text" : text, where))
      .at(site.place());
}

}  // namespace

Error glued_before(const Misplaced& at) {
  const std::string_view left = at.before.substr(at.state.start());
  const std::string_view dash = ate_in_front(at.site);
  return glued(at.site, left, "in front of")
      .hint(dash.empty() ? front_hint(at, left) : dash_hint(dash));
}

Error glued_to_value(const Neighbour& left, const Misplaced& at) {
  return Error(ErrorKind::Binding, fmt::format("{} is glued to {}: two values with nothing between",
                                               shown(at.site), shown(left.site)))
      .at(at.site.place())
      .hint(between_hint(left, at));
}

Error glued_after(const Neighbour& left, std::span<const jinja::Piece> behind) {
  const std::string_view text = behind.front().text->text;
  const std::string_view dash = ate_behind(left.site);
  return glued(left.site, text.substr(0, first_token_length(text)), "behind")
      .hint(dash.empty() ? behind_hint(left, behind) : dash_hint(dash));
}

}  // namespace pgjinja::sql
