#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <string_view>

namespace pgjinja::jinja {

// The methods of texts, lists and maps that templates may call: the ones of Python that change
// nothing. There is no other way from a template to a value's inside.

bool has_method(const Value& self, std::string_view name);
/// @throws Error{Runtime} for arguments that the method does not take
Value call_method(const Value& self, std::string_view name, const Args& args);

}  // namespace pgjinja::jinja
