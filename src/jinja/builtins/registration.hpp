#pragma once

#include "jinja/environment_state.hpp"

#include <span>
#include <string_view>

namespace pgjinja::jinja {

/// A filter that needs nothing but its input and its arguments.
struct NamedFilter {
  std::string_view name;
  Value (*filter)(const Value& value, const Args& args);
  Accepts accepts = Accepts::PlainValues;
};

void add_filters(EnvironmentState& state, std::span<const NamedFilter> filters);
void add_filter(EnvironmentState& state, std::string_view name, FilterFunction filter);

// One family each.
void install_text_filters(EnvironmentState& state);
void install_number_filters(EnvironmentState& state);
void install_sequence_filters(EnvironmentState& state);
void install_ordering_filters(EnvironmentState& state);
void install_choosing_filters(EnvironmentState& state);
void install_mapping_filters(EnvironmentState& state);
void install_markup_filters(EnvironmentState& state);
void install_dump_filters(EnvironmentState& state);

}  // namespace pgjinja::jinja
