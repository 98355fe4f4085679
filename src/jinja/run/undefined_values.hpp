#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/options.hpp>

#include <string_view>

namespace pgjinja::jinja {

// The undefined values that a policy makes (Jinja2's Undefined and its subclasses are the rule
// book). Strictness is not in the value: the VM asks the policy for it.

/// Of a name that nothing gave a value.
Value undefined_name(UndefinedPolicy policy, std::string_view name);
/// Of an attribute or item that `object` does not have.
Value undefined_element(UndefinedPolicy policy, const Value& object, const Value& key);
/// Of a macro's parameter that the caller left out.
Value undefined_parameter(UndefinedPolicy policy, std::string_view name);
/// Of what is missing for a `reason` that Jinja2 has a sentence for.
Value undefined_because(UndefinedPolicy policy, std::string_view name, std::string_view reason);
/// For an undefined value that code without a policy made (a filter, a loop). One that a policy has
/// made stays as it is.
Value by_policy(UndefinedPolicy policy, const Value& undefined);

/// Is nothing of an undefined value known, not even its truth? That of an inline if without else is
/// Jinja2's lenient Undefined whatever its environment says.
bool is_strict(UndefinedPolicy policy, const Value& undefined);
/// Refuses one of which nothing is known; takes any other value. @throws Error{Undefined}
void demand_if_strict(UndefinedPolicy policy, const Value& value);
/// Can an undefined value be printed, and looped over?
bool is_lenient(UndefinedPolicy policy, const Value& undefined);

}  // namespace pgjinja::jinja
