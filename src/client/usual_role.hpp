#pragma once

#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/pg/cluster_settings.hpp>

namespace pgjinja {

/// Which host executes a template when the call does not say.
inline pg::Role usual_role(const jinja::FrontMatter& front) noexcept {
  return front.read_only ? pg::Role::Replica : pg::Role::Primary;
}

}  // namespace pgjinja
