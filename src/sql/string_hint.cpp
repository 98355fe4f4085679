#include "sql/expression_text.hpp"
#include "sql/mark.hpp"
#include "sql/misplaced.hpp"
#include "sql/tokens.hpp"
#include "sql/type_phrase.hpp"
#include "sql/utility.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongestQuoted = 60;

/// The string constant around a value, as far as it is known.
struct Surroundings {
  std::string_view before;                 ///< the SQL text in front of the string
  std::string type;                        ///< a type in front of the string: `date '…'`
  std::string_view opener;                 ///< `'`, `E'`, `$tag$` …
  std::string_view prefix;                 ///< from there to the value
  std::optional<std::string_view> suffix;  ///< from the value to the closing quote, if that is near
  std::string_view rest;                   ///< what stands behind the closing quote
  std::string behind;                      ///< the text behind the value, up to the next one
  std::string hexadecimal;                 ///< see as_cast()
};

/// Walks from inside a string to its end.
void find_end(const Misplaced& at, Surroundings& around) {
  ScanState state = at.state;
  const std::string_view text = around.behind;
  for (std::size_t i = 0; i < text.size(); ++i) {
    state.advance(text.substr(i, 1));
    const bool closed = state.touch() == Touch::String || state.touch() == Touch::DollarString;
    if (!closed) continue;
    ScanState next = state;
    next.advance(text.substr(i + 1, 1));
    if (next.region() == at.state.region() && next.start() == state.start()) continue;  // doubled
    const std::size_t closer = at.state.region() == Region::DollarString ? around.opener.size() : 1;
    around.suffix = text.substr(0, i + 1 - std::min(closer, i + 1));
    around.rest = text.substr(i + 1);
    return;
  }
}

std::string_view trimmed_right(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\n\r\f\v") + 1);
}

void surroundings(const Misplaced& at, Surroundings& around) {
  const std::string_view open = at.before.substr(at.state.start());
  const std::size_t opener =
      at.state.region() == Region::DollarString ? open.find('$', 1) + 1 : open.find('\'') + 1;
  around.opener = open.substr(0, opener);
  around.prefix = open.substr(opener);
  around.before = trimmed_right(at.before.substr(0, at.state.start()));
  around.type = type_at_end(around.before);
  for (const jinja::Piece& piece : at.behind) {
    if (piece.text == nullptr) break;
    around.behind += piece.text->text;
  }
  find_end(at, around);
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

bool starts_with_interval_cast(std::string_view rest) {
  return rest.starts_with("::") &&
         is_word(rest.substr(2, first_token_length(rest.substr(2))), "interval");
}

std::optional<std::string> interval_hint(const Surroundings& around, std::string_view value) {
  const bool is_interval =
      is_word(around.type, "interval") || starts_with_interval_cast(around.rest);
  if (!is_interval || !around.prefix.empty()) return std::nullopt;
  const std::string_view suffix = around.suffix->empty() ? around.rest : *around.suffix;
  if (!suffix.starts_with(' ')) return std::nullopt;
  const std::string_view unit = suffix.substr(1);
  const std::string_view argument =
      interval_argument(around.suffix->empty() ? unit.substr(0, first_token_length(unit)) : unit);
  if (argument.empty()) return std::nullopt;
  return fmt::format("write make_interval({} => {})", argument, printed(value));
}

std::optional<std::string> pattern_hint(const Surroundings& around, std::string_view value) {
  const bool open_left = around.prefix == "%";
  const bool open_right = *around.suffix == "%";
  if (!(open_left || around.prefix.empty()) || !(open_right || around.suffix->empty())) {
    return std::nullopt;
  }
  if (open_left && open_right) return "write " + filtered(value, "contains");
  if (open_right) return "write " + filtered(value, "startswith");
  if (open_left) return "write " + filtered(value, "endswith");
  return std::nullopt;
}

/// An operator next to a string that would take a part of `'a' || $1` only.
bool binds_next(const Surroundings& around) {
  const std::size_t next = around.rest.find_first_not_of(" \t\n");
  const std::string_view rest =
      next == std::string_view::npos ? std::string_view() : around.rest.substr(next);
  return rest.starts_with("::") || rest.starts_with("->") || rest.starts_with("#>") ||
         around.before.ends_with("->") || around.before.ends_with("->>") ||
         around.before.ends_with("#>") || around.before.ends_with("#>>");
}

std::string plain_hint(const Surroundings& around, std::string_view value) {
  if (around.type.empty()) return fmt::format("drop the quotes: write {}", printed(value));
  return fmt::format("drop the quotes and cast: {}::{}", printed(value), around.type);
}

std::string joining_hint(const Surroundings& around, std::string_view value) {
  const bool brief = around.suffix &&
                     around.prefix.size() + around.suffix->size() < kLongestQuoted &&
                     around.prefix.find('\n') == std::string_view::npos;
  if (!brief) {
    return fmt::format("end the string in front of {} and join the parts with ||", printed(value));
  }
  const std::string_view closer = around.opener.ends_with('\'') ? "'" : around.opener;
  std::string text;
  if (!around.prefix.empty()) {
    text += fmt::format("{}{}{} || ", around.opener, around.prefix, closer);
  }
  text += printed(value);
  if (!around.suffix->empty()) {
    text += fmt::format(" || {}{}{}", around.opener, *around.suffix, closer);
  }
  if (!around.type.empty()) {
    return fmt::format("join the parts and cast: ({})::{}", text, around.type);
  }
  return binds_next(around) ? fmt::format("join the parts: ({})", text)
                            : fmt::format("join the parts: {}", text);
}

/// `X'1F'` is `'x1F'::bit varying`, and `B'01'` is `'01'::bit varying`.
void as_cast(Surroundings& around) {
  const bool hexadecimal = around.opener[0] == 'x' || around.opener[0] == 'X';
  around.type = "bit varying";
  around.opener = "'";
  if (!hexadecimal) return;
  around.hexadecimal = fmt::format("x{}", around.prefix);
  around.prefix = around.hexadecimal;
}

/// The text of the string with the value in it, as one expression.
std::string whole_text(const Surroundings& around, std::string_view value) {
  const bool known = around.suffix && around.opener == "'" &&
                     around.prefix.find('\'') == std::string_view::npos &&
                     around.suffix->find('\'') == std::string_view::npos;
  if (!known) return fmt::format("… ~ {} ~ …", operand(value));
  std::string whole = around.prefix.empty() ? "" : quoted(around.prefix) + " ~ ";
  const bool alone = around.prefix.empty() && around.suffix->empty();
  whole += alone ? std::string(value) : operand(value);
  if (!around.suffix->empty()) whole += " ~ " + quoted(*around.suffix);
  return whole;
}

/// For a statement that takes no parameters; empty for all that do.
std::string parameterless_hint(const Surroundings& around, std::string_view value) {
  return around.opener.starts_with('$') ? body_hint(around.before, value)
                                        : utility_hint(around.before, whole_text(around, value));
}

std::string hint_for(const Misplaced& at, std::string_view value) {
  Surroundings around;  // parts of it view one another
  surroundings(at, around);
  if (auto utility = parameterless_hint(around, value); !utility.empty()) return utility;
  if (at.state.region() == Region::BitString) as_cast(around);
  if (around.suffix) {
    if (auto hint = interval_hint(around, value)) return *hint;
    if (auto hint = pattern_hint(around, value)) return *hint;
  }
  if (around.prefix.empty() && around.suffix && around.suffix->empty()) {
    return plain_hint(around, value);
  }
  return joining_hint(around, value);
}

}  // namespace

std::string string_hint(const Misplaced& at) {
  if (!at.value.is_object()) return hint_for(at, expression_of(at.site));
  if (at.value.as<ListMark>() != nullptr) {
    return fmt::format("drop the quotes: write IN {}", shown(at.site));
  }
  if (at.value.as<RowsMark>() != nullptr) {
    return fmt::format("drop the quotes: write VALUES {}", shown(at.site));
  }
  if (at.value.as<AssignmentMark>() != nullptr) {
    return fmt::format("drop the quotes: write SET {}", shown(at.site));
  }
  const auto plain = without_mark(at.site);
  if (!plain) return "a string takes no mark: print the plain value instead, without a filter";
  return "a string takes no mark: without the filter, " + hint_for(at, *plain);
}

}  // namespace pgjinja::sql
