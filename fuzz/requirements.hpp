#pragma once

#include <pgjinja/core/error.hpp>

#include <map>
#include <string>
#include <string_view>

namespace pgjinja::fuzz {

/// Ends the process, which is what the fuzzer calls a finding, with `what` unless it holds.
void require(bool holds, std::string_view what);
/// The same unless both are equal; shows them.
void require_equal(std::string_view one, std::string_view other, std::string_view what);

/// Sources by the names that places have.
using Sources = std::map<std::string, std::string, std::less<>>;

/// Every place of `error` has to be one of `sources`, and its report has to be there.
void require_places(const Error& error, const Sources& sources);
void require_place(const SourcePlace& place, const Sources& sources);

/// Kind, message and places in one line, to compare errors by.
std::string summary(const Error& error);

}  // namespace pgjinja::fuzz
