#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <string_view>

namespace pgjinja::jinja {

// The methods of texts, lists and maps that templates may call: those of Python. There is no other
// way from a template to a value's inside.

class Changes;

bool has_method(const Value& self, std::string_view name);
/// Is there a list or map that a method of that name would change?
bool changes_self(std::string_view method) noexcept;
/// Without `changes`, nothing can be changed.
/// @throws Error{Runtime} for arguments that the method does not take, and where it would change
///         what the template has not made itself
Value call_method(const Value& self, std::string_view name, const Args& args,
                  Changes* changes = nullptr);

}  // namespace pgjinja::jinja
