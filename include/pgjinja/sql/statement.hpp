#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

/// Says that the SQL text from byte `sql_offset` on (up to the next Origin's) came from `source` at
/// `source_offset`; the text of a placeholder or mark came from one `{{ … }}` of `length` bytes,
/// constant text has length 0 and runs along with the source byte by byte.
struct Origin {
  Origin(std::uint32_t at, std::uint32_t offset, std::uint32_t bytes, const jinja::Source* from)
      : sql_offset(at), source_offset(offset), length(bytes), source(from) {}

  std::uint32_t sql_offset;
  std::uint32_t source_offset;
  std::uint32_t length;
  const jinja::Source* source;
};

/// What is sent: SQL with `$1 … $n`, its parameters in order, and where each piece came from.
struct Statement {
  std::string sql;
  std::vector<Value> parameters;  ///< parameters[0] is $1
  /// sites[i] is the `{{ … }}` that parameters[i] came from; points into `fragment`.
  std::vector<const jinja::PrintSite*> sites;
  std::vector<Origin> origins;         ///< ascending by sql_offset
  std::vector<std::string> raw_texts;  ///< what the raw filter let in, in order
  std::string template_name;
  jinja::Fragment fragment;  ///< owns what sites and origins point to

  /// The template's place that byte `sql_offset` of `sql` came from (0-based), `nullopt` if none.
  [[nodiscard]] std::optional<SourcePlace> place_of(std::size_t sql_offset) const;
  /// Where the character that the server calls `characters` (from 1, protocol field 'P') begins in
  /// `sql`, in bytes; `nullopt` if it has no such character and does not end there.
  [[nodiscard]] std::optional<std::size_t> offset_of_position(std::size_t characters) const;
  /// place_of() for a position as the server gives it.
  [[nodiscard]] std::optional<SourcePlace> place_of_position(std::size_t characters) const;
};

}  // namespace pgjinja::sql
