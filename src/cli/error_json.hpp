#pragma once

#include <pgjinja/core/error.hpp>

#include <string>
#include <string_view>

namespace pgjinja::cli {

/// {"kind": …, "message": …, "template": …, "line": n, "column": n, "hint": …, "detail": …,
/// "sqlstate": …}: always these keys, null where the error says nothing. The place is the first of
/// error.places(). A limit is a "runtime" error here, and a value that cannot be encoded a
/// "binding" one; their exit codes tell them apart.
std::string error_object(const Error& error);

/// The same for an error that has only a kind, a message and perhaps a hint.
std::string error_object(std::string_view kind, std::string_view message, std::string_view hint);

}  // namespace pgjinja::cli
