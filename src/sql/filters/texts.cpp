#include "core/shown_text.hpp"
#include "sql/filters/families.hpp"
#include "sql/filters/input.hpp"
#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/marks.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using jinja::Accepts;
using jinja::Args;
using jinja::Makes;

constexpr std::size_t kMostChoices = 32;  // as many literal arguments as Args knows of

/// A fragment is text of the statement already, and its values stay parameters: JinjaSQL's users
/// write `{{ a_block | sqlsafe }}`, and nothing of it would be lost.
Value raw_filter(const Value& value, const Args& args) {
  args.allow("raw", 0, {});
  if (value.as<jinja::FragmentObject>() != nullptr) return value;
  if (value.as<Mark>() != nullptr) refuse_sealed("raw", value);
  if (value.is_int()) return raw(std::to_string(value.as_int()));
  if (!value.is_text()) refuse_input("raw", "a text", value);
  return raw(value.as_text());
}

std::string listed(const Args& args) {
  std::string list;
  for (const Value& choice : args.positional()) {
    if (!list.empty()) list += ", ";
    list += shown_text(choice.as_text());
  }
  return list;
}

void check_choices(const Args& args) {
  args.allow("one_of", kMostChoices, {});
  const std::string_view hint = "write them in the template: one_of('asc', 'desc')";
  if (args.positional().empty()) {
    throw Error(ErrorKind::Runtime, "the filter one_of has nothing to choose from")
        .hint(std::string(hint));
  }
  for (std::size_t i = 0; i < args.positional().size(); ++i) {
    if (args.is_literal(i, {})) continue;
    throw Error(ErrorKind::Binding,
                fmt::format("choice {} of one_of is no string literal, and only text that the "
                            "template's author wrote can become text of the statement",
                            i + 1))
        .hint(std::string(hint));
  }
}

Value one_of_filter(const Value& value, const Args& args) {
  check_choices(args);
  if (!value.is_text()) refuse_input("one_of", "a text", value);
  for (const Value& choice : args.positional()) {
    if (choice.as_text() == value.as_text()) {
      return Value::object<ChoiceMark>(std::string(choice.as_text()));
    }
  }
  throw Error(ErrorKind::Binding,
              fmt::format("{} is none of {}", shown_text(value.as_text()), listed(args)))
      .hint("it has to be one of them exactly; `lower` in front of one_of makes `DESC` a `desc`");
}

Value literal_filter(const Value& value, const Args& args) {
  args.allow("literal", 0, {});
  return literal(value);
}

constexpr Filter kFilters[] = {{"raw", raw_filter, Makes::Marks, Accepts::SealedValues},
                               {"sqlsafe", raw_filter, Makes::Marks, Accepts::SealedValues},
                               {"one_of", one_of_filter, Makes::Marks},
                               {"literal", literal_filter, Makes::Marks}};

}  // namespace

std::span<const Filter> text_filters() noexcept { return kFilters; }

}  // namespace pgjinja::sql
