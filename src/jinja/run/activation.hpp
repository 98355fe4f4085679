#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/run/changes.hpp"
#include "jinja/run/lineage.hpp"

#include <pgjinja/core/context.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::jinja {

/// One rendering of one program, or of one block: where its free names come from. A name is looked
/// up once and its place remembered, since nothing it can be found in changes while the activation
/// lives.
class Activation {
 public:
  /// The block that is rendered, and by which of its definitions.
  struct Block {
    std::string_view name;
    std::uint32_t depth = 0;
  };

  /// `outer` is the activation whose names an include or block sees behind `locals`; null at the
  /// top.
  Activation(std::shared_ptr<const Program> program, const Context* context,
             const Activation* outer, std::vector<std::pair<std::string_view, Value>> locals);
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  /// The value of the program's name `index`; undefined when nothing gives it one.
  const Value& name(std::uint32_t index) {
    const Value*& place = places_[index];
    if (place == nullptr) place = resolve(program_->names[index]);
    return *place;
  }
  [[nodiscard]] const Program& program() const noexcept { return *program_; }
  [[nodiscard]] const std::shared_ptr<const Program>& shared_program() const noexcept {
    return program_;
  }
  /// Lists and maps of the context and globals are found as copies that the template may change.
  void thaw(Changes& changes) noexcept {
    changes_ = &changes;
    only_context_ = nullptr;
  }
  /// The blocks and names that the activation shares with others; null when nothing needs them.
  [[nodiscard]] Lineage* lineage() const noexcept { return lineage_; }
  void share(Lineage& lineage) noexcept { lineage_ = &lineage; }
  /// As share(); and what the top sets is found in here before all else.
  void begin(Lineage& lineage) noexcept {
    lineage_ = &lineage;
    variables_ = &lineage;
    only_context_ = nullptr;
  }
  [[nodiscard]] const Block& block() const noexcept { return block_; }
  void run_block(Block block) noexcept { block_ = block; }
  /// Every name that could have been meant, for "did you mean".
  [[nodiscard]] std::vector<std::string> known_names() const;

 private:
  const Value* resolve(const NameRef& name) const;
  [[nodiscard]] const Value* find(std::string_view name, std::uint32_t hash) const;
  [[nodiscard]] const Value* thawed(const Value* found) const {
    return found == nullptr || changes_ == nullptr ? found : changes_->thaw(*found);
  }

  static constexpr std::size_t kInline = 48;

  std::shared_ptr<const Program> program_;
  const Context* context_;
  const Activation* outer_;
  std::vector<std::pair<std::string_view, Value>> locals_;
  const Context* only_context_;  // the same as context_ if names can come from nowhere else
  Changes* changes_ = nullptr;   // null: they are found as they are
  Lineage* lineage_ = nullptr;
  const Lineage* variables_ = nullptr;
  Block block_;
  // Only as many as there are names are set: the rest is never read.
  std::array<const Value*, kInline> inline_places_;
  std::vector<const Value*> more_places_;
  const Value** places_;
};

}  // namespace pgjinja::jinja
