#pragma once

#include <pgjinja/core/error.hpp>

#include <string_view>

/// Why a transaction executes nothing. Each function gives an Error{Config} to throw.
namespace pgjinja::refused {

Error ended();
Error nested_not_ended();
/// `what` is what failed, as messages call it.
Error failed_in(std::string_view what);

}  // namespace pgjinja::refused
