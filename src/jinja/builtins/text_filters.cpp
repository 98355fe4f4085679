#include "jinja/builtins/registration.hpp"
#include "jinja/builtins/word_wrap.hpp"
#include "jinja/run/letter_case.hpp"
#include "jinja/run/letter_classes.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/printf_format.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/text_splitting.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

Value upper(const Value& value, const Args& args) {
  args.allow("upper", 0, {});
  return to_upper(plain_text(value));
}
Value lower(const Value& value, const Args& args) {
  args.allow("lower", 0, {});
  return to_lower(plain_text(value));
}
Value capitalize_filter(const Value& value, const Args& args) {
  args.allow("capitalize", 0, {});
  return capitalize(plain_text(value));
}
Value string(const Value& value, const Args& args) {
  args.allow("string", 0, {});
  return value.is_text() ? value : Value(plain_text(value));
}

bool parts_words(std::string_view point) {
  const std::string_view parting = "-({[<";
  return is_space(point) || parting.find(point) != std::string_view::npos;
}

/// Not Python's str.title(): words begin behind white space, hyphens and opening brackets only.
Value title(const Value& value, const Args& args) {
  args.allow("title", 0, {});
  const std::string text = plain_text(value);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view first = first_code_point(rest);
    std::size_t end = first.size();
    while (end < rest.size() && !parts_words(first) &&
           !parts_words(first_code_point(rest.substr(end)))) {
      end += first_code_point(rest.substr(end)).size();
    }
    out += to_upper(first);
    out += to_lower(rest.substr(first.size(), end - first.size()));
    rest.remove_prefix(end);
  }
  return out;
}

Value trim(const Value& value, const Args& args) {
  args.allow("trim", 1, {"chars"});
  const std::string text = plain_text(value);
  const Value* chars = if_given(args, 0, "chars");
  return chars == nullptr ? strip(text) : strip_of(text, as_text(*chars), true, true);
}

Value replace(const Value& value, const Args& args) {
  args.allow("replace", 3, {"old", "new", "count"});
  const Value* from = args.get(0, "old");
  const Value* to = args.get(1, "new");
  if (from == nullptr || to == nullptr) fail("replace takes what to replace, and by what");
  const Value* count = if_given(args, 2, "count");
  const std::int64_t most = count == nullptr ? -1 : as_integer(*count);
  return replaced(plain_text(value), plain_text(*from), plain_text(*to), most);
}

Value center(const Value& value, const Args& args) {
  args.allow("center", 1, {"width"});
  return padded(plain_text(value), integer_or(args, 0, "width", 80), " ", Place::Center);
}

/// `width` is a number of spaces, or the text to indent with.
std::string indention(const Args& args) {
  const Value* width = args.get(0, "width");
  if (width != nullptr && width->is_text()) return std::string(width->as_text());
  std::string spaces;
  append_repeated(spaces, " ", width == nullptr ? 4 : as_integer(*width));
  return spaces;
}

Value indent(const Value& value, const Args& args) {
  args.allow("indent", 3, {"width", "first", "blank"});
  const std::string text = std::string(as_text(value)) + "\n";
  const std::string by = indention(args);
  const bool blank = flag_or(args, 2, "blank", false);
  std::string out = flag_or(args, 1, "first", false) ? by : "";
  bool first = true;
  for (const std::string_view line : split_lines(text)) {
    if (!first) out += "\n";
    if (!first && (blank || !line.empty())) out += by;
    first = false;
    out += line;
    check_result_size(out.size());
  }
  return out;
}

/// The text before its last space, or all of it.
std::string_view without_last_word(std::string_view text) {
  return text.substr(0, text.rfind(' '));
}

Value truncate(const Value& value, const Args& args) {
  args.allow("truncate", 4, {"length", "killwords", "end", "leeway"});
  const std::int64_t most = integer_or(args, 0, "length", 255);
  const std::string_view end = text_or(args, 2, "end", "...");
  const Value* given = if_given(args, 3, "leeway");
  const std::int64_t leeway = given == nullptr ? 5 : as_integer(*given);
  const auto end_length = static_cast<std::int64_t>(count_code_points(end));
  if (most < end_length) fail(fmt::format("truncate's length cannot be less than {}", end_length));
  if (leeway < 0) fail("truncate's leeway cannot be negative");
  // What is short enough comes back as it is, also if it is no text.
  if (length(value) - leeway <= most) return value;
  const std::string_view kept = points_between(as_text(value), 0, most - end_length);
  const bool cut_words = flag_or(args, 1, "killwords", false);
  return std::string(cut_words ? kept : without_last_word(kept)).append(end);
}

Value wordcount(const Value& value, const Args& args) {
  args.allow("wordcount", 0, {});
  const std::string text = plain_text(value);
  std::int64_t count = 0;
  bool in_word = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view point = first_code_point(rest);
    const bool word = is_word(code_point(point));
    if (word && !in_word) ++count;
    in_word = word;
    rest.remove_prefix(point.size());
  }
  return count;
}

Value wordwrap(const Value& value, const Args& args) {
  args.allow("wordwrap", 4, {"width", "break_long_words", "wrapstring", "break_on_hyphens"});
  WrapOptions options;
  options.width = integer_or(args, 0, "width", options.width);
  options.break_long_words = flag_or(args, 1, "break_long_words", true);
  options.break_long_at_hyphens = flag_or(args, 3, "break_on_hyphens", true);
  // Python asks `is True` where it cuts into words, and for the truth where it cuts long ones.
  const Value* hyphens = args.get(3, "break_on_hyphens");
  options.part_at_hyphens = hyphens == nullptr || (hyphens->is_bool() && hyphens->as_bool());
  const Value* given = if_given(args, 2, "wrapstring");
  return word_wrap(as_text(value), options, given == nullptr ? "\n" : as_text(*given));
}

Value format(const Value& value, const Args& args) {
  if (!args.positional().empty() && !args.named().empty()) {
    fail("format takes positional or named values, not both");
  }
  const std::string text = plain_text(value);
  if (args.named().empty()) {
    return printf_format(text, Value::tuple({args.positional().begin(), args.positional().end()}));
  }
  Map map;
  for (const Args::Named& named : args.named()) map.set(Value(named.first), named.second);
  return printf_format(text, Value(std::move(map)));
}

constexpr NamedFilter kFilters[] = {
    {"capitalize", capitalize_filter},
    {"center", center},
    {"format", format},
    {"indent", indent},
    {"lower", lower},
    {"replace", replace},
    {"string", string},
    {"title", title},
    {"trim", trim},
    {"truncate", truncate},
    {"upper", upper},
    {"wordcount", wordcount},
    {"wordwrap", wordwrap},
};

}  // namespace

void install_text_filters(EnvironmentState& state) { add_filters(state, kFilters); }

}  // namespace pgjinja::jinja
