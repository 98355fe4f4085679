#pragma once

#include <pgjinja/jinja/front_matter.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace pgjinja::jinja {

/// One query of a file that holds several: what stands behind its line `-- name: get_user :one`.
struct NamedQuery {
  std::string name;
  std::optional<Cardinality> returns;
  std::size_t line;   // where its name's line begins
  std::size_t at;     // where its name stands
  std::size_t begin;  // its text
  std::size_t end;
};

}  // namespace pgjinja::jinja
