#pragma once

#include <string_view>

namespace pgjinja::jinja {

/// An undefined value that is missing for another reason than that nothing gave a name a value.
/// What such a value is called (Value::undefined_name) is a sentence, and not a name.
struct MissingValue {
  std::string_view what;
  std::string_view printed;  ///< the reason that Jinja2's DebugUndefined prints
  std::string_view hint;
};

inline constexpr std::string_view kNoElse = "an inline if without else has no value here";
inline constexpr std::string_view kNoFirst = "there is no first item";
inline constexpr std::string_view kNoLast = "there is no last item";
inline constexpr std::string_view kNoItem = "there is no item to choose";
inline constexpr std::string_view kNoRandom = "there is no item to choose at random";
inline constexpr std::string_view kNoParent = "there is no block that this one overrides";
inline constexpr std::string_view kNoPrevious = "there is no previous item";
inline constexpr std::string_view kNoNext = "there is no next item";

/// nullptr for a name.
inline const MissingValue* missing_value(std::string_view undefined_name) noexcept {
  static constexpr MissingValue kAll[] = {
      {kNoElse, {}, "write {% if … %} around it, or give it an else"},
      {kNoFirst, "No first item, sequence was empty.",
       "the list is empty: ask for that with {% if … %}"},
      {kNoLast, "No last item, sequence was empty.",
       "the list is empty: ask for that with {% if … %}"},
      {kNoItem, "No aggregated item, sequence was empty.",
       "the list is empty: ask for that with {% if … %}"},
      {kNoRandom, "No random item, sequence was empty.",
       "the list is empty: ask for that with {% if … %}"},
      {kNoParent, {}, "ask with {% if super is defined %}"},
      {kNoPrevious, kNoPrevious, "ask with {% if not loop.first %}"},
      {kNoNext, kNoNext, "ask with {% if not loop.last %}"}};
  for (const MissingValue& each : kAll) {
    if (each.what == undefined_name) return &each;
  }
  return nullptr;
}

}  // namespace pgjinja::jinja
