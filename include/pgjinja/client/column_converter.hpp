#pragma once

#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/enum_labels.hpp>
#include <pgjinja/core/scalars.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// How a type of yours comes out of a column: from a type that a column already decodes to.
/// Specialise it, and the type may be a member, in std::optional, std::vector and std::array too:
///
///     template <>
///     struct pgjinja::ColumnConverter<Money> {
///       using From = std::int64_t;
///       static Money convert(std::int64_t cents) { return Money{cents}; }
///     };
///
/// `convert` gets the From as an rvalue and is called for values that are not NULL. What it throws
/// becomes an Error{Mapping} that names column, member and row, with the message of a
/// pgjinja::Error or of another std::exception; std::bad_alloc and what is no std::exception are
/// thrown on as they are. It may be called from several threads at once.
///
/// Messages call the type by its name without namespaces, unless there is a
/// `static std::string label()`.
///
/// T has to be default-constructible and movable. For the other way see ValueConverter.
template <class T>
struct ColumnConverter;

namespace detail {

/// @throws Error{Mapping}
[[noreturn]] void throw_unknown_label(std::string_view label,
                                      const std::vector<std::string_view>& labels);
/// @throws Error{Mapping} for a time or duration, given in microseconds, of which the type would
///         lose something.
[[noreturn]] void throw_inexact(std::chrono::microseconds value);
/// @throws Error{Mapping} when its year is none of std::chrono::year's.
std::chrono::year_month_day to_calendar(Date date);

/// "std::chrono::seconds", of a unit in seconds.
std::string duration_label(std::intmax_t numerator, std::intmax_t denominator);
template <WholeDuration D>
std::string duration_label() {
  return duration_label(D::period::num, D::period::den);
}

template <WholeDuration To>
To exactly_or_throw(std::chrono::microseconds value) {
  const auto exact = exactly<To>(value);
  if (!exact) throw_inexact(value);
  return *exact;
}

}  // namespace detail

/// From the label; any other text is an error that lists the labels.
template <LabelledEnum E>
struct ColumnConverter<E> {
  using From = std::string;
  static E convert(const std::string& text) {
    for (const auto& [enumerator, label] : EnumLabels<E>::labels) {
      if (std::string_view(label) == text) return enumerator;
    }
    detail::throw_unknown_label(text, detail::labels_of<E>());
  }
};

/// From timestamptz in a unit other than the microsecond, where nothing is lost.
template <WholeDuration D>
  requires(!std::same_as<D, std::chrono::days> && !std::same_as<D, std::chrono::microseconds>)
struct ColumnConverter<std::chrono::sys_time<D>> {
  using From = TimestampTz;
  static std::string label() {
    return "std::chrono::sys_time<" + detail::duration_label<D>() + ">";
  }
  static std::chrono::sys_time<D> convert(TimestampTz time) {
    return std::chrono::sys_time<D>(detail::exactly_or_throw<D>(time.time_since_epoch()));
  }
};
/// From timestamp.
template <WholeDuration D>
  requires(!std::same_as<D, std::chrono::microseconds>)
struct ColumnConverter<std::chrono::local_time<D>> {
  using From = Timestamp;
  static std::string label() {
    return "std::chrono::local_time<" + detail::duration_label<D>() + ">";
  }
  static std::chrono::local_time<D> convert(Timestamp time) {
    return std::chrono::local_time<D>(detail::exactly_or_throw<D>(time.time_since_epoch()));
  }
};
/// From interval and time.
template <WholeDuration D>
  requires(!std::same_as<D, std::chrono::microseconds>)
struct ColumnConverter<D> {
  using From = std::chrono::microseconds;
  static std::string label() { return detail::duration_label<D>(); }
  static D convert(std::chrono::microseconds duration) {
    return detail::exactly_or_throw<D>(duration);
  }
};
template <>
struct ColumnConverter<std::chrono::year_month_day> {
  using From = Date;
  static std::string label() { return "std::chrono::year_month_day"; }
  static std::chrono::year_month_day convert(Date date) { return detail::to_calendar(date); }
};

}  // namespace pgjinja
