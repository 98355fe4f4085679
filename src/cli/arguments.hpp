#pragma once

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/front_matter.hpp>

#include <string>
#include <vector>

namespace pgjinja::cli {

/// The values that a template gets: those of `--params`, in order, then those of `-p`; the later
/// one goes before the earlier.
///
/// `params` are JSON objects or "@FILE"; `assignments` are "key=text" or "key:=json".
/// @throws UsageError for an assignment without a key or "=";
///         Error{Config} for a file that cannot be read, or JSON that is wrong.
Context read_arguments(const std::vector<std::string>& params,
                       const std::vector<std::string>& assignments);

/// Reads the assignments again, each text as the type that the template declares for its key.
/// `context` is what read_arguments() gave for the same assignments.
void read_as_declared(Context& context, const std::vector<std::string>& assignments,
                      const jinja::FrontMatter& front_matter);

/// A mistake that is easily made: `-p limit=5` and a template that computes with the number. Gives
/// the error of the rendering a hint, if it has none, when such an assignment is there.
Error explain_text_arguments(Error error, const std::vector<std::string>& assignments);

}  // namespace pgjinja::cli
