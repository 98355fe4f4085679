#include "jinja/builtins/group.hpp"

#include "jinja/run/text_form.hpp"

namespace pgjinja::jinja {

std::optional<Value> Group::attribute(std::string_view name) const {
  if (name == "grouper") return grouper_;
  if (name == "list") return list_;
  return std::nullopt;
}

std::string Group::to_text() const { return repr(Value::tuple({grouper_, list_})); }

}  // namespace pgjinja::jinja
