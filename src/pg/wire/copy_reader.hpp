#pragma once

#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::wire {

/// Cuts the data of a COPY to the client into rows, however it is cut into messages:
///
///     reader.add(bytes);
///     while (reader.next(fields)) …
///     reader.keep();
class CopyReader {
 public:
  CopyReader(Format format, std::size_t columns) : format_(format), columns_(columns) {}

  /// More data; must live until keep().
  void add(std::string_view bytes);
  /// The next complete row, or false. The fields live until the next call of the reader. `fields`
  /// has as many elements as there are columns. @throws Error{Protocol} for data of another form.
  bool next(std::span<Field> fields);
  /// Copies what is left of a row.
  void keep();
  /// The data has ended. @throws Error{Protocol} when a row or the end is missing.
  void expect_end() const;

 private:
  bool take_header();
  bool next_binary(std::span<Field> fields);
  bool next_text(std::span<Field> fields);

  Format format_;
  std::size_t columns_;
  std::string_view rest_;
  std::string kept_;     // rest_, when it is older than the data that was added last
  std::string scratch_;  // what the fields of a row in text mean
  bool header_taken_ = false;
  bool ended_ = false;
};

}  // namespace pgjinja::pg::wire
