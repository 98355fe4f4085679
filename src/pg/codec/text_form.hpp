#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja::pg {

/// Appends what a value means as a parameter: the text that the server reads in whatever type it
/// expects there. Lists become array literals (manual 8.15.2), maps JSON.
/// @throws Error{Encode} as encode() does.
void append_text_form(std::string& out, const Value& value);

/// A list or map for a json or jsonb parameter: JSON text. @throws Error{Encode}
void append_json_form(std::string& out, const Value& value);

}  // namespace pgjinja::pg
