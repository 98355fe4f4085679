#pragma once

#include "jinja/compile/companion.hpp"
#include "jinja/run/straight_reader.hpp"

#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::sql {

/// What all statements of a straight template (jinja::Template::straight_names()) have in common
/// that print values and no marks: all but their parameters. The template keeps it, so that the
/// next ones are neither rendered nor bound. Immutable.
class StraightStatement final : public jinja::Companion {
 public:
  /// What `source` keeps; nullptr as long as that is nothing.
  static const StraightStatement* of(const jinja::Template& source) noexcept;
  /// Has `source` keep what `bound` shows, which the binder made of a rendering with `arguments`:
  /// of a template that is not straight, that it is not. Nothing when the values do not tell.
  static void keep(const jinja::Template& source, const Context& arguments, const Statement& bound);

  /// Makes `out` what rendering `source`, the same template, and binding would make it; but
  /// `out.fragment` has no pieces. False, with anything in `out`, when that has to be done.
  /// @throws Error{Config} for arguments that do not fit the declarations, as Template::render().
  bool bind(const jinja::Template& source, const Context& arguments, Statement& out) const;

 private:
  StraightStatement() = default;
  StraightStatement(const jinja::StraightReader& reader, const Statement& bound)
      : reader_(reader), sql_(bound.sql), sites_(bound.sites), origins_(bound.origins) {}

  std::optional<jinja::StraightReader> reader_;  // none: the template is not straight
  std::string sql_;
  std::vector<const jinja::PrintSite*> sites_;  // of the template that keeps this, as the sources
  std::vector<Origin> origins_;
};

}  // namespace pgjinja::sql
