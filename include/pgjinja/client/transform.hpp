#pragma once

#include <pgjinja/core/value.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pgjinja {

class ResultStep;
class RowStep;

/// What rows become when they are fetched as data: see Executor::fetch and docs/data.md. One works
/// on each row, or makes the whole result into something else. Immutable, cheap to copy, and safe
/// to use concurrently if its function is.
class Transform {
 public:
  /// Each row becomes what `function` makes of it, or is left out where that is std::nullopt.
  /// `name` is what messages call it. What `function` throws, the call throws.
  static Transform rows(std::string name, std::function<std::optional<Map>(Map row)> function);
  /// All rows, each a map, become what `function` makes of the list. Transforms behind this one
  /// that work on rows then have none to work on. Not for streams.
  static Transform result(std::string name, std::function<Value(const Value& rows)> function);

  using Step = std::variant<std::shared_ptr<const RowStep>, std::shared_ptr<const ResultStep>>;
  Transform(std::string name, Step step);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Step& step() const noexcept { return step_; }

 private:
  std::string name_;
  Step step_;
};

/// One after the other.
using Transforms = std::vector<Transform>;

/// Makes a transform out of what stands in front matter: `@transform name(arguments)`.
/// @throws Error{Config} for arguments that it does not take.
using TransformMaker = std::function<Transform(const std::vector<Value>& arguments)>;
using TransformMakers = std::map<std::string, TransformMaker>;

/// Those that front matter knows by the same names. All errors are Error{Mapping}, unless it says
/// otherwise.
namespace transform {

/// user_id -> userId, in nested rows too. Two columns that come to one name are an error.
Transform camel_case();
/// userId -> user_id, likewise.
Transform snake_case();
/// The columns whose names begin with `prefix` become rows of a list called `list`, without the
/// prefix; rows that are equal in all other columns become one. A row in which all of them are null
/// (what LEFT JOIN gives when there is nothing to join) adds nothing to its list. In a stream only
/// rows that follow each other become one; elsewhere, whatever their order.
Transform nest(std::string list, std::string prefix);
/// The value of the only row's only column. @throws Error{Cardinality} for another number of rows
Transform scalar();
/// A list of the values of the only column.
Transform column();
/// A list of the values of the column `name`.
Transform column(std::string name);
/// The only row. @throws Error{Cardinality} for another number of rows
Transform one();
/// The only row, or null when there is none. @throws Error{Cardinality} for more rows
Transform maybe();
/// A map of the rows by their value in the column `name`, where no two may be equal.
Transform key_by(std::string name);
/// A map from the values of `name` to those of `value`.
Transform key_by(std::string name, std::string value);
/// A map from the values of the column `name` to lists of the rows that have it.
Transform group_by(std::string name);

}  // namespace transform

}  // namespace pgjinja
