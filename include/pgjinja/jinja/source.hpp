#pragma once

#include <pgjinja/core/error.hpp>

#include <cstddef>
#include <string>

namespace pgjinja::jinja {

/// The text of one template as it is compiled: line breaks are already "\n" (Jinja2 normalises
/// them in its lexer), so that every constant text of the program is a slice of `text`.
struct Source {
  std::string name;  ///< the name that it was loaded by: "cities/largest"
  std::string path;  ///< what messages show: the file's path, or the name if there is no file
  std::string text;

  /// The place of `length` bytes at `offset` as messages show it.
  [[nodiscard]] SourcePlace place(std::size_t offset, std::size_t length = 1) const {
    return locate(path, text, offset, length);
  }
};

}  // namespace pgjinja::jinja
