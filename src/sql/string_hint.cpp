#include "sql/misplaced.hpp"
#include "sql/tokens.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestQuoted = 60;

/// The string constant around a value, as far as it is known.
struct Surroundings {
  std::string_view word;                   ///< the word in front of the string: `date '…'`
  std::string_view opener;                 ///< `'`, `E'`, `$tag$` …
  std::string_view prefix;                 ///< from there to the value
  std::optional<std::string_view> suffix;  ///< from the value to the closing quote, if that is near
  std::string_view rest;                   ///< what stands behind the closing quote
};

/// Walks from inside a string to its end.
void find_end(const Misplaced& at, Surroundings& around) {
  ScanState state = at.state;
  for (std::size_t i = 0; i < at.after.size(); ++i) {
    state.advance(at.after.substr(i, 1));
    const bool closed = state.touch() == Touch::String || state.touch() == Touch::DollarString;
    if (!closed) continue;
    ScanState next = state;
    next.advance(at.after.substr(i + 1, 1));
    if (next.region() == at.state.region() && next.start() == state.start()) continue;  // doubled
    const std::size_t closer = at.state.region() == Region::DollarString ? around.opener.size() : 1;
    around.suffix = at.after.substr(0, i + 1 - std::min(closer, i + 1));
    around.rest = at.after.substr(i + 1);
    return;
  }
}

Surroundings surroundings(const Misplaced& at) {
  Surroundings around;
  const std::string_view open = at.before.substr(at.state.start());
  const std::size_t opener =
      at.state.region() == Region::DollarString ? open.find('$', 1) + 1 : open.find('\'') + 1;
  around.opener = open.substr(0, opener);
  around.prefix = open.substr(opener);
  TokenReader reader(at.before.substr(0, at.state.start()));
  for (Token token; reader.next(token);) {
    if (token.kind != TokenKind::Comment) {
      around.word = token.kind == TokenKind::Word ? token.text : std::string_view();
    }
  }
  find_end(at, around);
  return around;
}

bool is_word(std::string_view text, std::string_view lower) {
  return Token{TokenKind::Word, 0, text}.is_word(lower);
}

/// The argument of make_interval() that counts `unit`; empty if there is none (manual 9.9).
std::string_view interval_argument(std::string_view unit) {
  static constexpr std::array<std::array<std::string_view, 2>, 18> kUnits = {{
      {"year", "years"},
      {"years", "years"},
      {"month", "months"},
      {"months", "months"},
      {"mon", "months"},
      {"mons", "months"},
      {"week", "weeks"},
      {"weeks", "weeks"},
      {"day", "days"},
      {"days", "days"},
      {"hour", "hours"},
      {"hours", "hours"},
      {"minute", "mins"},
      {"minutes", "mins"},
      {"min", "mins"},
      {"mins", "mins"},
      {"second", "secs"},
      {"seconds", "secs"},
  }};
  for (const auto& [name, argument] : kUnits) {
    if (is_word(unit, name)) return argument;
  }
  return {};
}

/// Can `type '…'` stand for `'…'::type`? (manual 4.1.2.7)
bool is_type_name(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kTypes = {
      "date", "time", "timestamp", "timestamptz", "timetz", "interval",
      "uuid", "json", "jsonb",     "inet",        "text",   "numeric"};
  for (const auto type : kTypes) {
    if (is_word(word, type)) return true;
  }
  return false;
}

bool starts_with_interval_cast(std::string_view rest) {
  return rest.starts_with("::") &&
         is_word(rest.substr(2, first_token_length(rest.substr(2))), "interval");
}

std::optional<std::string> interval_hint(const Misplaced& at, const Surroundings& around) {
  const std::string_view suffix = *around.suffix;
  if (!around.prefix.empty() || !suffix.starts_with(' ')) return std::nullopt;
  const std::string_view argument = interval_argument(suffix.substr(1));
  if (argument.empty() ||
      !(is_word(around.word, "interval") || starts_with_interval_cast(around.rest))) {
    return std::nullopt;
  }
  return fmt::format("write make_interval({} => {})", argument, shown(at.site));
}

std::optional<std::string> pattern_hint(const Misplaced& at, const Surroundings& around) {
  const bool open_left = around.prefix == "%";
  const bool open_right = *around.suffix == "%";
  if (!(open_left || around.prefix.empty()) || !(open_right || around.suffix->empty())) {
    return std::nullopt;
  }
  if (open_left && open_right) return "write " + filtered(at.site, "contains");
  if (open_right) return "write " + filtered(at.site, "startswith");
  if (open_left) return "write " + filtered(at.site, "endswith");
  return std::nullopt;
}

std::string plain_hint(const Misplaced& at, const Surroundings& around) {
  const std::string value = shown(at.site);
  if (at.state.region() == Region::BitString) {
    return fmt::format("drop the quotes and cast: {}::bit varying", value);
  }
  if (is_type_name(around.word)) {
    return fmt::format("drop the quotes and cast: {}::{}", value, around.word);
  }
  return fmt::format("drop the quotes: write {}", value);
}

std::string joining_hint(const Misplaced& at, const Surroundings& around) {
  const std::string value = shown(at.site);
  const bool brief = around.suffix &&
                     around.prefix.size() + around.suffix->size() < kLongestQuoted &&
                     around.prefix.find('\n') == std::string_view::npos;
  if (!brief) {
    return fmt::format("end the string in front of {} and join the parts with ||", value);
  }
  std::string text = "join the parts: ";
  if (!around.prefix.empty()) text += fmt::format("{}{}' || ", around.opener, around.prefix);
  text += value;
  if (!around.suffix->empty()) text += fmt::format(" || {}{}'", around.opener, *around.suffix);
  return text;
}

}  // namespace

std::string string_hint(const Misplaced& at) {
  const Surroundings around = surroundings(at);
  const bool alone = around.prefix.empty() && around.suffix && around.suffix->empty();
  if (alone) return plain_hint(at, around);
  if (at.state.region() == Region::DollarString) {
    return fmt::format(
        "a body in dollar quotes takes no parameters: select "
        "set_config('my.value', {}, true) first, and read "
        "current_setting('my.value') in the body",
        shown(at.site));
  }
  if (around.suffix) {
    if (auto hint = interval_hint(at, around)) return *hint;
    if (auto hint = pattern_hint(at, around)) return *hint;
  }
  return joining_hint(at, around);
}

}  // namespace pgjinja::sql
