#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja::jinja {

/// Appends what Python's str() shows: "True", "None", "1.0", "[1, 'a']"; for undefined what its
/// policy says, which mostly is nothing.
void append_str(const Value& value, std::string& out);
std::string str(const Value& value);

/// What Python's repr() shows: as str(), but texts are quoted and escaped.
void append_repr(const Value& value, std::string& out);
std::string repr(const Value& value);

/// A float as Python writes it: the shortest digits that read back the same.
std::string float_text(double value);

}  // namespace pgjinja::jinja
