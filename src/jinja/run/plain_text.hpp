#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja::jinja {

/// str() and repr() for builtins: what is sealed, or holds something sealed, is refused, since its
/// text would not stand for what it means. @throws Error{Binding}
std::string plain_text(const Value& value);
std::string plain_repr(const Value& value);

/// The same refusal for a value that is otherwise made into text.
void refuse_sealed(const Value& value);

/// What Python's ascii() makes of a repr(): everything else is escaped.
std::string ascii_form(std::string_view text);

}  // namespace pgjinja::jinja
