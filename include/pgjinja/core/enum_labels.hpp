#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

/// The labels by which an enumeration of yours is known to SQL: of an enum type (manual 8.7), or of
/// a text column. Specialise it, and members and arguments may be of the type:
///
///     template <>
///     struct pgjinja::EnumLabels<Status> {
///       static constexpr std::pair<Status, std::string_view> labels[] = {
///           {Status::Open, "open"}, {Status::Closed, "closed"}};
///     };
///
/// As an argument an enumerator is its label. @throws Error{Encode} for one without a label.
template <class E>
struct EnumLabels;

template <class E>
concept LabelledEnum = std::is_enum_v<E> && requires {
  { EnumLabels<E>::labels[0].first } -> std::convertible_to<E>;
  { EnumLabels<E>::labels[0].second } -> std::convertible_to<std::string_view>;
};

namespace detail {

/// No enumerator and no label may stand there twice: the way back would be a guess.
template <LabelledEnum E>
consteval bool labels_are_unique() {
  for (const auto& [enumerator, label] : EnumLabels<E>::labels) {
    int enumerators = 0;
    int labels = 0;
    for (const auto& [other, other_label] : EnumLabels<E>::labels) {
      if (other == enumerator) ++enumerators;
      if (std::string_view(other_label) == std::string_view(label)) ++labels;
    }
    if (enumerators > 1 || labels > 1) return false;
  }
  return true;
}

template <LabelledEnum E>
std::vector<std::string_view> labels_of() {
  static_assert(labels_are_unique<E>(),
                "pgjinja: EnumLabels names an enumerator or a label more than once");
  std::vector<std::string_view> all;
  for (const auto& entry : EnumLabels<E>::labels) all.emplace_back(entry.second);
  return all;
}

/// What is thrown for an enumerator that has none of the labels. @throws Error{Encode}
[[noreturn]] void throw_no_label(long long enumerator, const std::vector<std::string_view>& labels);

}  // namespace detail

template <LabelledEnum E>
struct ValueConverter<E> {
  static Value convert(const E& value) {
    for (const auto& [enumerator, label] : EnumLabels<E>::labels) {
      if (enumerator == value) return {std::string_view(label)};
    }
    detail::throw_no_label(static_cast<long long>(value), detail::labels_of<E>());
  }
};

}  // namespace pgjinja
