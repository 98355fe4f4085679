#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/delimiters.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace pgjinja::jinja {

/// The text of one template as it is compiled: line breaks are already "\n" (Jinja2 normalises
/// them in its lexer), so that every constant text of the program is a slice of `text`.
struct Source {
  std::string name;  ///< the name that it was loaded by: "cities/largest"
  std::string path;  ///< what messages show: the file's path, or the name if there is no file
  std::string text;
  /// What its environment has instead of default_delimiters(); set when it is compiled.
  std::shared_ptr<const Delimiters> own_delimiters = nullptr;
  /// A query of a file that holds several has the file's head in front of its own text. Where the
  /// head ends, this many lines of the file are left out; 0 and 0 for any other template.
  std::size_t cut_at = 0;
  std::uint32_t cut_lines = 0;

  /// How its tags are written; lives as long as the source.
  [[nodiscard]] const Delimiters& delimiters() const noexcept {
    return own_delimiters == nullptr ? default_delimiters() : *own_delimiters;
  }
  /// The place of `length` bytes at `offset` as messages show it.
  [[nodiscard]] SourcePlace place(std::size_t offset, std::size_t length = 1) const {
    SourcePlace place = locate(path, text, offset, length);
    if (offset >= cut_at) place.line += cut_lines;
    return place;
  }
};

}  // namespace pgjinja::jinja
