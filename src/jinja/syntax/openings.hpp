#pragma once

#include <pgjinja/jinja/delimiters.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// What a tag can be. Of two whose openings are equally long, Jinja2 tries the later one first.
enum class TagKind : std::uint8_t { None, Block, Comment, LineComment, LineStatement, Variable };

/// Where a tag opens.
struct Opening {
  TagKind kind = TagKind::None;
  std::size_t begin = 0;      ///< the text in front of it ends here
  std::size_t delimiter = 0;  ///< a line's prefix may have white space of its own in front
  std::size_t end = 0;        ///< behind the delimiter, where a sign may stand
};

/// `raw` as the inside of a block tag: what stands behind it, and whether `-%}` ended it.
struct RawTag {
  std::size_t end = 0;
  bool strips = false;
};

/// Finds where tags open: the root rule of Jinja2's Lexer (compile_rules is the rule book).
class Openings {
 public:
  /// Views `delimiters`, which must outlive it.
  explicit Openings(const Delimiters& delimiters);

  /// The first opening at or behind `from`; of kind None, at the end of `text`, if there is none.
  [[nodiscard]] Opening find(std::string_view text, std::size_t from) const {
    return standard_ ? find_standard(text, from) : find_any(text, from);
  }
  /// Reads `raw` and the tag's end at `at`, which is behind a block's opening and its sign.
  [[nodiscard]] std::optional<RawTag> raw(std::string_view text, std::size_t at) const;

 private:
  struct Rule {
    TagKind kind;
    std::string_view delimiter;
  };

  static Opening find_standard(std::string_view text, std::size_t from);
  [[nodiscard]] Opening find_any(std::string_view text, std::size_t from) const;
  [[nodiscard]] Opening opening_at(std::string_view text, std::size_t at) const;
  [[nodiscard]] bool raw_opens_at(std::string_view text, std::size_t at) const;
  void may_begin_with(std::string_view bytes);

  const Delimiters& delimiters_;
  bool standard_;
  std::vector<Rule> rules_;            // in the order in which they are tried
  std::array<bool, 256> may_begin_{};  // by an opening's first byte
};

}  // namespace pgjinja::jinja
