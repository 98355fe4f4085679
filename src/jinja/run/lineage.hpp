#pragma once

#include "jinja/compile/program.hpp"

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::jinja {

/// What a template and those that it extends share while they render (Jinja2's Context): the blocks
/// with what overrides them, and the names that their tops have set. A module has one as well.
class Lineage : public std::enable_shared_from_this<Lineage> {
 public:
  /// One definition of a block.
  struct Definition {
    std::shared_ptr<const Program> program;
    const Routine* routine;
  };

  explicit Lineage(const std::shared_ptr<const Program>& program) { inherit(program); }

  /// Puts the blocks of a template behind those of the templates that extend it.
  void inherit(const std::shared_ptr<const Program>& program);
  /// The definition of a block, `depth` levels up from the last one; nullptr when there is none.
  [[nodiscard]] const Definition* definition(std::string_view block, std::uint32_t depth) const;

  /// Names that were set at the top. `importable`: another template may import it.
  void set(std::string_view name, Value value, bool importable);
  [[nodiscard]] const Value* find(std::string_view name) const;
  /// At the end of the rendering: one of the values may refer to this lineage.
  void forget_variables() noexcept { variables_.clear(); }
  /// The names and values that others may import.
  [[nodiscard]] std::vector<std::pair<std::string_view, Value>> exported() const;

  std::shared_ptr<const Program> parent;  ///< what the running template extends

 private:
  struct Block {
    std::string_view name;
    std::vector<Definition> definitions;  // the one that counts first
  };
  struct Variable {
    std::string_view name;
    Value value;
    bool importable;
  };

  std::vector<Block> blocks_;
  std::vector<Variable> variables_;
};

}  // namespace pgjinja::jinja
