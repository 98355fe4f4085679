#pragma once

#include <pgjinja/client/transform.hpp>
#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/jinja/source.hpp>

namespace pgjinja {

/// Those of the library and of the application, by name.
/// @throws Error{Config} for one of the application that is called as one of the library.
TransformMakers all_transform_makers(const TransformMakers& of_application);

/// What `declared` names. @throws Error{Config} at its place in `source` for an unknown name; what
///         makers throw
Transform make_transform(const TransformMakers& makers, const jinja::TransformDeclaration& declared,
                         const jinja::Source& source);

}  // namespace pgjinja
