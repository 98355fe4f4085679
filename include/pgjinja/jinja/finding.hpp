#pragma once

#include <pgjinja/core/error.hpp>

#include <cstdint>
#include <string_view>

namespace pgjinja::jinja {

/// An error: some rendering fails, or none can be right. A warning: probably not what was meant. A
/// note: nothing is wrong, but a reader of the template should know.
enum class Severity : std::uint8_t { Error, Warning, Note };

/// What a check looks for; the rules of one layer live for ever.
struct Rule {
  std::string_view id;       ///< stable: "unknown-filter"
  Severity severity;         ///< that of its findings, unless one of them says otherwise
  std::string_view summary;  ///< one sentence
  std::string_view help;     ///< what to do about a finding
};

/// One thing that a check of templates found, with its places, and its hint.
struct Finding {
  const Rule* rule;
  Severity severity;
  Error error;
};

}  // namespace pgjinja::jinja
