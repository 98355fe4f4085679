#include "jinja/builtins/builtins.hpp"
#include "jinja/builtins/registration.hpp"

namespace pgjinja::jinja {

void add_filter(EnvironmentState& state, std::string_view name, FilterFunction filter) {
  state.filters[std::string(name)] = {std::move(filter), Accepts::PlainValues};
}

void add_filters(EnvironmentState& state, std::span<const NamedFilter> filters) {
  for (const NamedFilter& each : filters) {
    state.filters[std::string(each.name)] = {each.filter, each.accepts};
  }
}

void install_filters(EnvironmentState& state) {
  install_text_filters(state);
  install_number_filters(state);
  install_sequence_filters(state);
  install_ordering_filters(state);
  install_choosing_filters(state);
  install_mapping_filters(state);
  install_markup_filters(state);
  install_dump_filters(state);
}

}  // namespace pgjinja::jinja
