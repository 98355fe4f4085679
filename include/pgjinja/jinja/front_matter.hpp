#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/sort_key.hpp>
#include <pgjinja/core/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// What a declared parameter holds, arrays and null apart.
enum class BaseType : std::uint8_t {
  Any,          ///< whatever the template can use, marks included
  Text,         ///< a text
  Int2,         ///< an integer of 16 bits
  Int4,         ///< an integer of 32 bits
  Int,          ///< an integer
  Float,        ///< a float or an integer
  Decimal,      ///< a number, or a text that is one: "12.50", "NaN"
  Bool,         ///< true or false
  Date,         ///< a text such as "2024-02-29"
  Time,         ///< a text such as "12:30" or "12:30:00.5"
  Timestamp,    ///< a text such as "2024-02-29 12:30", without an offset
  TimestampTz,  ///< a text such as "2024-02-29 12:30+01", with its offset
  Interval,     ///< a text; what it means is the server's to say
  Uuid,         ///< a text in any form that PostgreSQL takes
  Json,         ///< any data: a JSON text, or what `{{ x | json }}` makes one of
  Bytes,        ///< bytes
  Map           ///< a map, as the filters `columns`, `assign` and `values` take it
};

/// The type of a declared parameter as front matter writes it: `int`, `text?`, `uuid[]`, `int?[]`.
struct ParameterType {
  BaseType base = BaseType::Any;
  bool nullable_items = false;  ///< `T?[]`: items may be null
  bool array = false;           ///< `T[]`
  bool nullable = false;        ///< `T?`, `T[]?`: it may be null itself

  /// As front matter writes it, whatever alias was used there.
  [[nodiscard]] std::string name() const;
  bool operator==(const ParameterType&) const = default;
};

/// `@param limit: int = 10  -- how many rows`
struct ParameterDeclaration {
  std::string name = {};
  ParameterType type = {};
  std::optional<Value> fallback = {};  ///< the default
  std::string description = {};        ///< what follows `--`; may be empty
  SourcePlace place = {};              ///< where its name is declared
};

/// One key of `@sort created_at desc, id`.
struct SortDeclaration {
  SortKey key = {};
  /// Where its column is named: bytes of the source's text.
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// How a prepared statement is planned: `@plan` (manual, PREPARE: Notes).
enum class PlanChoice : std::uint8_t {
  Auto,     ///< the server decides, from its sixth execution on
  Generic,  ///< one plan, whatever the parameters are
  Custom    ///< a plan of its own for each execution
};

/// "auto", "generic" or "custom".
std::string_view plan_choice_name(PlanChoice plan) noexcept;

/// One call of `@transform nest('books', 'book_') | camel_case`. What it does, an upper layer
/// knows.
struct TransformDeclaration {
  std::string name = {};
  std::vector<Value> arguments = {};
  /// Where it stands: bytes of the source's text.
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// How many rows a query gives: `@returns`, or what stands behind `-- name:`.
enum class Cardinality : std::uint8_t {
  One,    ///< exactly one
  Maybe,  ///< one or none
  Many,   ///< any number
  Exec    ///< none: it is executed for what it does
};

/// "one", "maybe", "many" or "exec".
std::string_view cardinality_name(Cardinality cardinality) noexcept;

/// What a template says about itself, in a comment at its head that plain Jinja2 ignores:
///
///     {#---
///     Finds users by age.
///     @param min_age: int
///     @param limit: int = 10  -- how many at most
///     @returns many
///     @timeout 2s
///     @plan custom
///     @read_only
///     @sort created_at desc, id
///     @transform key_by('id')
///     @tags users, search
///     ---#}
///
/// All of it is optional. Where parameters are declared, they are checked at each rendering; see
/// Template::render().
struct FrontMatter {
  std::string description = {};                       ///< lines separated by "\n", none at the end
  std::vector<ParameterDeclaration> parameters = {};  ///< in the order in which they are declared
  std::optional<Cardinality> returns = {};
  std::optional<std::chrono::milliseconds> timeout = {};
  std::optional<PlanChoice> plan = {};
  bool read_only = false;                  ///< a replica may answer it
  std::vector<SortDeclaration> sort = {};  ///< what its pages are sorted by, no column twice
  std::vector<TransformDeclaration> transforms = {};  ///< what its rows become as data, in order
  std::vector<std::string> tags = {};

  /// The declaration of `name`, or nullptr; lives as long as this.
  [[nodiscard]] const ParameterDeclaration* find(std::string_view name) const noexcept;
  /// True when the template says nothing about itself.
  [[nodiscard]] bool empty() const noexcept;
};

}  // namespace pgjinja::jinja
