#pragma once

#include <pgjinja/jinja/delimiters.hpp>

#include <cstddef>
#include <string_view>

namespace pgjinja::jinja {

/// Walks over a template's constant text: what stands outside tags, comments and raw blocks. It
/// only finds where they end; whether they are right is the parser's to say.
class ConstantText {
 public:
  ConstantText(std::string_view text, const Delimiters& delimiters) noexcept
      : text_(text), delimiters_(delimiters) {}

  /// The end of the constant text that begins at `from`: the next tag, or the end of all.
  [[nodiscard]] std::size_t end(std::size_t from) const noexcept;
  /// The end of the tag, comment or raw block that begins at `at`.
  [[nodiscard]] std::size_t after_tag(std::size_t at) const noexcept;
  /// Is it a raw block that begins at `at`?
  [[nodiscard]] bool is_raw(std::size_t at) const noexcept;

 private:
  [[nodiscard]] bool is_block(std::size_t at, std::string_view name) const noexcept;
  [[nodiscard]] std::size_t after_raw(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t behind(std::string_view what, std::size_t from) const noexcept;
  [[nodiscard]] std::size_t behind_strings(std::string_view what, std::size_t from) const noexcept;
  [[nodiscard]] std::string_view opening(std::size_t at) const noexcept;

  std::string_view text_;
  const Delimiters& delimiters_;
};

}  // namespace pgjinja::jinja
