#pragma once

#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/annotate.hpp>
#include <pgjinja/sql/binder_options.hpp>
#include <pgjinja/sql/statement.hpp>

#include <string_view>

namespace pgjinja::sql {

/// Turns what a template rendered to into SQL with `$1 … $n`.
///
/// The promise: the SQL text depends on the template's control flow and on marks only, never on a
/// value. Every printed value gets a parameter of its own, in the order of the text; null becomes a
/// NULL parameter, a list one array parameter. Marks (see marks.hpp) become SQL text. A value or
/// mark may stand in code only: not in a string, a quoted identifier or a comment, and with nothing
/// but white space, an operator or punctuation next to it. The lexical rules are those of
/// PostgreSQL 15 (manual 4.1) with standard_conforming_strings = on, the server's default.
///
/// Immutable: any number of threads may use one Binder at once.
class Binder {
 public:
  explicit Binder(BinderOptions options = {}) noexcept : options_(options) {}

  /// Binds `fragment` into `out`, whose former contents are dropped and whose memory is reused; the
  /// two fragments are swapped, so that the caller's keeps its memory too. After an error `out`
  /// holds nothing of use.
  /// @throws Error{Binding} when a value or mark stands where it cannot, or the text ends inside a
  ///         string, a quoted identifier or a block comment; each with the place and with what to
  ///         write instead.
  /// @throws Error{Undefined} for an undefined value; Error{Security} for a raw mark when these are
  ///         off; Error{Encode} for a parameter's text that has a NUL byte or is no UTF-8;
  ///         Error{Limit} for more than 65,535 parameters (the protocol counts them in 16 bits) or
  ///         more than 1 GiB of text.
  void bind(jinja::Fragment&& fragment, std::string_view template_name, Statement& out) const;
  /// As above into a new Statement without a template name.
  [[nodiscard]] Statement bind(jinja::Fragment fragment) const;

 private:
  BinderOptions options_;
};

}  // namespace pgjinja::sql
