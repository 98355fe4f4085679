#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgjinja::jinja {

// What builtins and methods read their arguments with. `index` and `name` are the argument's, as of
// Args::get(). An undefined value where another is needed is Error{Undefined}; a value of another
// kind is Error{Runtime}.

/// An integer, or a bool, which Python counts among them.
std::int64_t as_integer(const Value& value);
/// A text. (Value::as_text() says less of what was expected.)
std::string_view as_text(const Value& value);

/// @throws Error{Runtime} when it was not given
const Value& required(const Args& args, std::size_t index, std::string_view name,
                      std::string_view callee);
/// nullptr also for none.
const Value* if_given(const Args& args, std::size_t index, std::string_view name);

std::int64_t integer_or(const Args& args, std::size_t index, std::string_view name,
                        std::int64_t fallback);
std::string_view text_or(const Args& args, std::size_t index, std::string_view name,
                         std::string_view fallback);
/// Its truth.
bool flag_or(const Args& args, std::size_t index, std::string_view name, bool fallback);

/// How messages call a value: its kind, or the type of an object.
std::string_view kind_of(const Value& value);

}  // namespace pgjinja::jinja
