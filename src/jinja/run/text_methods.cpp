#include "jinja/run/format_fields.hpp"
#include "jinja/run/letter_case.hpp"
#include "jinja/run/method_table.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/text_finder.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/text_predicates.hpp"
#include "jinja/run/text_splitting.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

// Python's methods of str; letter_case.hpp, text_operations.hpp … have what they do.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

const Value& argument(const Args& args, std::size_t index) { return args.positional()[index]; }
std::string_view text_argument(const Args& args, std::size_t index) {
  return as_text(argument(args, index));
}

template <std::string (*convert)(std::string_view)>
Value converted(const Value& self, const Args&) {
  return convert(self.as_text());
}
template <bool (*holds)(std::string_view)>
Value predicate(const Value& self, const Args&) {
  return holds(self.as_text());
}

// ---- searching ----------------------------------------------------------------------------------

/// The part of a text that `start` and `end` of find() and others leave.
struct Window {
  std::string_view text;
  std::int64_t begin = 0;
  bool exists = true;  // not even the empty text is found where start lies behind end
};

std::int64_t bound(const Args& args, std::size_t index, std::int64_t size, std::int64_t fallback) {
  const Value* given = if_given(args, index, "");
  const std::int64_t at = given == nullptr ? fallback : as_integer(*given);
  return at < 0 ? std::max<std::int64_t>(0, at + size) : at;
}

Window window(const Value& self, const Args& args, std::size_t index) {
  const std::string_view text = self.as_text();
  if (args.positional().size() <= index) return {text};
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  const std::int64_t begin = bound(args, index, size, 0);
  const std::int64_t end = std::min(bound(args, index + 1, size, size), size);
  if (begin > end) return {{}, begin, false};
  return {points_between(text, begin, end), begin};
}

std::int64_t found_at(const Window& where, std::size_t byte) {
  if (!where.exists || byte == std::string_view::npos) return -1;
  return where.begin + static_cast<std::int64_t>(count_code_points(where.text.substr(0, byte)));
}
std::int64_t first_place(const Value& self, const Args& args) {
  const std::string_view part = text_argument(args, 0);
  const Window where = window(self, args, 1);
  return found_at(where, TextFinder(part).find(where.text));
}
std::int64_t last_place(const Value& self, const Args& args) {
  const std::string_view part = text_argument(args, 0);
  const Window where = window(self, args, 1);
  return found_at(where, TextFinder(part).find_last(where.text));
}
std::int64_t demand_found(std::int64_t place) {
  if (place < 0) fail("the text has no such part");
  return place;
}

Value find(const Value& self, const Args& args) { return first_place(self, args); }
Value rfind(const Value& self, const Args& args) { return last_place(self, args); }
Value index(const Value& self, const Args& args) { return demand_found(first_place(self, args)); }
Value rindex(const Value& self, const Args& args) { return demand_found(last_place(self, args)); }

Value count(const Value& self, const Args& args) {
  const std::string_view part = text_argument(args, 0);
  const Window where = window(self, args, 1);
  return where.exists ? count_of(where.text, part) : 0;
}

/// startswith() and endswith() take one text, or a tuple of which one has to fit.
template <class Fits>
Value fits_any(const Value& self, const Args& args, Fits fits) {
  const Window where = window(self, args, 1);
  const Value& wanted = argument(args, 0);
  if (!wanted.is_list() || !wanted.as_list().is_tuple()) {
    const std::string_view part = as_text(wanted);
    return where.exists && fits(where.text, part);
  }
  for (const Value& each : wanted.as_list()) {
    const std::string_view part = as_text(each);
    if (where.exists && fits(where.text, part)) return true;
  }
  return false;
}
Value starts_with(const Value& self, const Args& args) {
  return fits_any(self, args, [](std::string_view text, std::string_view part) {
    return text.starts_with(part);
  });
}
Value ends_with(const Value& self, const Args& args) {
  return fits_any(self, args, [](std::string_view text, std::string_view part) {
    return text.ends_with(part);
  });
}

// ---- cutting ------------------------------------------------------------------------------------

template <bool left, bool right>
Value stripped(const Value& self, const Args& args) {
  const Value* given = if_given(args, 0, "");
  if (given != nullptr) return strip_of(self.as_text(), as_text(*given), left, right);
  const std::string_view text = self.as_text();
  const std::string_view both = strip(text);
  if (left && right) return both;
  const auto before = static_cast<std::size_t>(both.data() - text.data());
  if (both.empty()) return "";
  return left ? text.substr(before) : text.substr(0, before + both.size());
}

Value split(const Value& self, const Args& args) {
  const Value* separator = if_given(args, 0, "sep");
  const std::int64_t most = integer_or(args, 1, "maxsplit", -1);
  if (separator == nullptr) return Value::list(split_words(self.as_text(), most));
  return Value::list(split_by(self.as_text(), as_text(*separator), most));
}
Value rsplit(const Value& self, const Args& args) {
  const Value* separator = if_given(args, 0, "sep");
  const std::int64_t most = integer_or(args, 1, "maxsplit", -1);
  if (separator == nullptr) return Value::list(split_words_last(self.as_text(), most));
  return Value::list(split_by_last(self.as_text(), as_text(*separator), most));
}

Value splitlines(const Value& self, const Args& args) {
  std::vector<Value> lines;
  for (const std::string_view line :
       split_lines(self.as_text(), flag_or(args, 0, "keepends", false))) {
    lines.emplace_back(line);
  }
  return Value::list(std::move(lines));
}

Value parts_at(std::string_view text, std::size_t at, std::size_t size) {
  return Value::tuple({text.substr(0, at), text.substr(at, size), text.substr(at + size)});
}
Value partition(const Value& self, const Args& args) {
  const std::string_view separator = text_argument(args, 0);
  if (separator.empty()) fail("the separator is empty");
  const std::size_t at = TextFinder(separator).find(self.as_text());
  if (at == TextFinder::npos) return Value::tuple({self, "", ""});
  return parts_at(self.as_text(), at, separator.size());
}
Value rpartition(const Value& self, const Args& args) {
  const std::string_view separator = text_argument(args, 0);
  if (separator.empty()) fail("the separator is empty");
  const std::size_t at = TextFinder(separator).find_last(self.as_text());
  if (at == TextFinder::npos) return Value::tuple({"", "", self});
  return parts_at(self.as_text(), at, separator.size());
}

Value remove_prefix(const Value& self, const Args& args) {
  const std::string_view prefix = text_argument(args, 0);
  std::string_view text = self.as_text();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return text;
}
Value remove_suffix(const Value& self, const Args& args) {
  const std::string_view suffix = text_argument(args, 0);
  std::string_view text = self.as_text();
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return text;
}

// ---- building -----------------------------------------------------------------------------------

Value replace(const Value& self, const Args& args) {
  const std::int64_t most = integer_or(args, 2, "", -1);
  return replaced(self.as_text(), text_argument(args, 0), text_argument(args, 1), most);
}

Value join(const Value& self, const Args& args) {
  std::string out;
  bool first = true;
  for (const Value& item : iterate(argument(args, 0))) {
    if (!item.is_text()) fail(fmt::format("join takes texts only, not {}", kind_of(item)));
    if (!first) out += self.as_text();
    first = false;
    out += item.as_text();
    check_result_size(out.size());
  }
  return out;
}

template <Place place>
Value justified(const Value& self, const Args& args) {
  const std::string_view fill = text_or(args, 1, "", " ");
  if (count_code_points(fill) != 1) fail("what fills a text up is one character");
  return padded(self.as_text(), as_integer(argument(args, 0)), fill, place);
}

Value zfill(const Value& self, const Args& args) {
  std::string_view text = self.as_text();
  const std::int64_t width = as_integer(argument(args, 0));
  const bool sign = text.starts_with('-') || text.starts_with('+');
  if (!sign) return padded(text, width, "0", Place::Right);
  return std::string(text.substr(0, 1)) +
         padded(text.substr(1), std::max<std::int64_t>(width, 1) - 1, "0", Place::Right);
}

Value expandtabs(const Value& self, const Args& args) {
  const std::int64_t size = integer_or(args, 0, "tabsize", 8);
  std::string out;
  std::int64_t column = 0;
  for (std::string_view rest = self.as_text(); !rest.empty();) {
    const std::string_view point = first_code_point(rest);
    rest.remove_prefix(point.size());
    if (point == "\t") {
      const std::int64_t spaces = size > 0 ? size - column % size : 0;
      append_repeated(out, " ", spaces);
      column += spaces;
    } else {
      out += point;
      column = point == "\n" || point == "\r" ? 0 : column + 1;
    }
  }
  return out;
}

Value format(const Value& self, const Args& args) {
  return format_fields(self.as_text(), {args, nullptr});
}
Value format_map(const Value& self, const Args& args) {
  const Value& map = argument(args, 0);
  if (!map.is_map()) fail(fmt::format("format_map takes a map, not {}", kind_of(map)));
  return format_fields(self.as_text(), {Args(), &map.as_map()});
}

constexpr Method kMethods[] = {
    {"capitalize", 0, 0, converted<capitalize>},
    {"casefold", 0, 0, converted<casefold>},
    {"center", 1, 2, justified<Place::Center>},
    {"count", 1, 3, count},
    {"endswith", 1, 3, ends_with},
    {"expandtabs", 0, 1, expandtabs, {"tabsize"}},
    {"find", 1, 3, find},
    {"format", 0, kAnyNumber, format, {}, true},
    {"format_map", 1, 1, format_map},
    {"index", 1, 3, index},
    {"isalnum", 0, 0, predicate<is_alphanumeric_text>},
    {"isalpha", 0, 0, predicate<is_alphabetic_text>},
    {"isascii", 0, 0, predicate<is_ascii>},
    {"isdecimal", 0, 0, predicate<is_decimal_text>},
    {"isdigit", 0, 0, predicate<is_digit_text>},
    {"isidentifier", 0, 0, predicate<is_identifier>},
    {"islower", 0, 0, predicate<is_lower_text>},
    {"isnumeric", 0, 0, predicate<is_numeric_text>},
    {"isprintable", 0, 0, predicate<is_printable_text>},
    {"isspace", 0, 0, predicate<is_space_text>},
    {"istitle", 0, 0, predicate<is_title_text>},
    {"isupper", 0, 0, predicate<is_upper_text>},
    {"join", 1, 1, join},
    {"ljust", 1, 2, justified<Place::Left>},
    {"lower", 0, 0, converted<to_lower>},
    {"lstrip", 0, 1, stripped<true, false>},
    {"partition", 1, 1, partition},
    {"removeprefix", 1, 1, remove_prefix},
    {"removesuffix", 1, 1, remove_suffix},
    {"replace", 2, 3, replace},
    {"rfind", 1, 3, rfind},
    {"rindex", 1, 3, rindex},
    {"rjust", 1, 2, justified<Place::Right>},
    {"rpartition", 1, 1, rpartition},
    {"rsplit", 0, 2, rsplit, {"sep", "maxsplit"}},
    {"rstrip", 0, 1, stripped<false, true>},
    {"split", 0, 2, split, {"sep", "maxsplit"}},
    {"splitlines", 0, 1, splitlines, {"keepends"}},
    {"startswith", 1, 3, starts_with},
    {"strip", 0, 1, stripped<true, true>},
    {"swapcase", 0, 0, converted<swap_case>},
    {"title", 0, 0, converted<to_title>},
    {"upper", 0, 0, converted<to_upper>},
    {"zfill", 1, 1, zfill},
};

}  // namespace

std::span<const Method> text_methods() { return kMethods; }

}  // namespace pgjinja::jinja
