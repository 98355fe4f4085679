#include <pgjinja/jinja/front_matter.hpp>

#include <algorithm>

namespace pgjinja::jinja {

std::string_view cardinality_name(Cardinality cardinality) noexcept {
  switch (cardinality) {
    case Cardinality::One: return "one";
    case Cardinality::Maybe: return "maybe";
    case Cardinality::Many: return "many";
    case Cardinality::Exec: return "exec";
  }
  return "unknown";
}

std::string_view plan_choice_name(PlanChoice plan) noexcept {
  switch (plan) {
    case PlanChoice::Auto: return "auto";
    case PlanChoice::Generic: return "generic";
    case PlanChoice::Custom: return "custom";
  }
  return "unknown";
}

const ParameterDeclaration* FrontMatter::find(std::string_view name) const noexcept {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const ParameterDeclaration& p) { return p.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

bool FrontMatter::empty() const noexcept {
  return description.empty() && parameters.empty() && !returns && !timeout && !plan && !read_only &&
         sort.empty() && transforms.empty() && tags.empty();
}

}  // namespace pgjinja::jinja
