#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pgjinja {

/// Takes rows.
class RowOut {
 public:
  virtual ~RowOut() = default;
  virtual void take(Map row) = 0;
};

/// What a step does to the rows of one call.
class RowProcess {
 public:
  virtual ~RowProcess() = default;
  virtual void row(Map row, RowOut& out) = 0;
  /// No rows are left.
  virtual void end(RowOut& /*out*/) {}
};

/// How the rows come that belong together.
enum class RowOrder : std::uint8_t {
  Any,       ///< in any order: all of them may have to be kept
  Following  ///< one after the other: what is complete is handed on
};

/// The columns that hold lists of rows, and in these rows such columns again. What else is a list
/// of maps is data: a column of JSON.
struct NestedRows {
  std::map<std::string, NestedRows, std::less<>> columns = {};
};

/// A transform that works row by row. Immutable.
class RowStep {
 public:
  virtual ~RowStep() = default;
  /// What it does to rows in which `nested` are columns of rows. Views this and `nested`.
  [[nodiscard]] virtual std::unique_ptr<RowProcess> begin(RowOrder order,
                                                          const NestedRows& nested) const = 0;
  /// The columns of rows behind it.
  [[nodiscard]] virtual NestedRows behind(NestedRows nested) const { return nested; }
};

/// Where the rows are in what a transform has made of them.
enum class RowsAre : std::uint8_t {
  InList,       ///< it is a list of rows
  Alone,        ///< it is a row, or null
  ByKey,        ///< it is a map of rows
  InListsByKey  ///< it is a map of lists of rows
};

/// A result in the midst of its transforms.
struct Transformed {
  Value data;
  std::optional<RowsAre> rows;  ///< nullopt: there are no rows any more
};

/// A transform of the whole result. Immutable.
class ResultStep {
 public:
  virtual ~ResultStep() = default;
  /// `rows` is a list of maps.
  [[nodiscard]] virtual Transformed apply(const Value& rows) const = 0;
};

}  // namespace pgjinja
