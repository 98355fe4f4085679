#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// Reads one line of a source word by word; errors point at where it stands.
class LineReader {
 public:
  /// The bytes [begin, end) of the source's text, which must outlive this.
  LineReader(const Source& source, std::size_t begin, std::size_t end) noexcept
      : source_(source), at_(begin), end_(end) {
    skip_space();
  }

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  /// Nothing is left but white space.
  [[nodiscard]] bool at_end() const noexcept { return at_ >= end_; }
  [[nodiscard]] char peek() const noexcept { return at_ < end_ ? source_.text[at_] : '\0'; }
  /// All that is left, without white space at its end.
  [[nodiscard]] std::string_view rest() const noexcept;

  /// Passes over `what` and white space behind it if it stands here.
  bool skip(std::string_view what) noexcept;
  /// The same if it follows without white space in between.
  bool skip_attached(std::string_view what) noexcept;
  /// Letters, digits, `_` and bytes of letters beyond ASCII; empty if there is none. White space
  /// behind it is left.
  std::string_view word() noexcept;
  void skip_space() noexcept;
  /// Takes `length` bytes.
  std::string_view take(std::size_t length) noexcept;

  /// An error about the `length` bytes at `begin`.
  [[nodiscard]] Error error(std::string message, std::size_t begin, std::size_t length) const;
  /// An error about what stands here: a word or a sign.
  [[nodiscard]] Error error_here(std::string message) const;
  [[nodiscard]] SourcePlace place(std::size_t begin, std::size_t length) const {
    return source_.place(begin, length);
  }

 private:
  const Source& source_;
  std::size_t at_;
  std::size_t end_;
};

}  // namespace pgjinja::jinja
