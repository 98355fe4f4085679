#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::jinja {

class Program;
class Vm;

/// A run of constant text of a template. `text` is a slice of `source->text` beginning at `offset`,
/// or what Options::newline_sequence has for the line break standing there, or the text of a string
/// literal standing there (`join(', ')`), which then has `literal_size` bytes.
struct TextConstant {
  std::string_view text;
  const Source* source = nullptr;
  std::uint32_t offset = 0;
  std::uint32_t literal_size = 0;
  /// What Options::annotate said of `text` at compile time; the engine never reads it.
  std::uint64_t note = 0;
};

/// Where a value was printed: the bytes of `{{ … }}`, and the expression inside as written.
struct PrintSite {
  const Source* source = nullptr;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::string_view expression;

  [[nodiscard]] SourcePlace place() const { return source->place(offset, length); }
};

/// One piece of a rendering: constant text (`text` set) or a value, printed at `site`; a value that
/// has only been joined to others so far (`a ~ b`, `join`) has no site until it is printed.
struct Piece {
  explicit Piece(const TextConstant& constant) noexcept : text(&constant) {}
  Piece(const PrintSite* printed, const Value& printed_value) noexcept
      : site(printed), value(printed_value) {}

  const TextConstant* text = nullptr;
  const PrintSite* site = nullptr;
  Value value;
};

/// What a template renders to: constant text and values, in order and apart. Text is always text
/// that a template's author wrote; whatever came in from outside is a value, which stays as it was
/// when it was appended.
///
/// Keeps alive what its pieces point to. Not to be changed while another thread reads it.
class Fragment {
 public:
  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }

  void append(const TextConstant& text) { pieces_.emplace_back(text); }
  void append(const PrintSite& site, const Value& value) {
    if (value.may_change()) return append_frozen(&site, value);
    append_plain(site, value);
  }
  /// Appends another fragment's pieces and shares what they point to. A value that has no site of
  /// its own gets `site`.
  void append(const Fragment& other, const PrintSite& site);
  /// As above, leaving such values without a site.
  void append(const Fragment& other);
  /// Appends a value that has not been printed anywhere yet.
  void append(const Value& value) { append_frozen(nullptr, value); }
  /// Keeps `owner` (a Program, a TextConstant …) alive as long as this fragment.
  void keep(std::shared_ptr<const void> owner);
  /// Empties it but keeps its memory, for the next rendering.
  void clear() noexcept {
    pieces_.clear();
    owners_.clear();
  }

  /// Plain Jinja2 output: texts as they stand, values as Python's str() shows them.
  /// @throws Error{Undefined} for an undefined value when the environment's policy left one in.
  [[nodiscard]] std::string to_text() const;

 private:
  friend class Vm;
  /// A value that cannot change.
  void append_plain(const PrintSite& site, const Value& value) {
    pieces_.emplace_back(&site, value);
  }
  void append_frozen(const PrintSite* site, const Value& value);

  std::vector<Piece> pieces_;
  std::vector<std::shared_ptr<const void>> owners_;
};

/// A Fragment as a Value: what a macro call or a block set gives, so that its values stay apart.
class FragmentObject final : public Object {
 public:
  /// @throws Error{Limit} when the fragment's values are nested too deep to be held once more.
  explicit FragmentObject(Fragment fragment) : fragment_(std::move(fragment)) {
    for (const Piece& piece : fragment_.pieces()) holds(piece.value);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "fragment"; }
  [[nodiscard]] bool truthy() const override { return !fragment_.empty(); }
  [[nodiscard]] std::string to_text() const override { return fragment_.to_text(); }
  [[nodiscard]] bool sealed() const noexcept override { return true; }
  [[nodiscard]] const Fragment& fragment() const noexcept { return fragment_; }

 private:
  Fragment fragment_;
};

}  // namespace pgjinja::jinja
