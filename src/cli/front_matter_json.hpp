#pragma once

#include <pgjinja/jinja/front_matter.hpp>

#include <string>

namespace pgjinja::cli {

/// Front matter as one JSON object; what is not given is null, or an empty list or text.
std::string front_matter_json(const jinja::FrontMatter& front_matter);

/// The declared parameters as they are declared: "country: text, limit: int = 10".
std::string declared_parameters(const jinja::FrontMatter& front_matter);

}  // namespace pgjinja::cli
