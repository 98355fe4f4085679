#include "jinja/run/lineage.hpp"

#include <algorithm>

namespace pgjinja::jinja {

void Lineage::inherit(const std::shared_ptr<const Program>& program) {
  for (const BlockEntry& entry : program->blocks) {
    auto block = std::ranges::find(blocks_, entry.name, &Block::name);
    if (block == blocks_.end()) block = blocks_.insert(blocks_.end(), {entry.name, {}});
    block->definitions.push_back({program, &program->routines[entry.routine]});
  }
}

const Lineage::Definition* Lineage::definition(std::string_view name, std::uint32_t depth) const {
  const auto block = std::ranges::find(blocks_, name, &Block::name);
  const bool known = block != blocks_.end() && depth < block->definitions.size();
  return known ? &block->definitions[depth] : nullptr;
}

void Lineage::set(std::string_view name, Value value, bool importable) {
  const auto known = std::ranges::find(variables_, name, &Variable::name);
  if (known == variables_.end()) {
    variables_.push_back({name, std::move(value), importable});
  } else {
    known->value = std::move(value);
    known->importable = importable;
  }
}

const Value* Lineage::find(std::string_view name) const {
  const auto known = std::ranges::find(variables_, name, &Variable::name);
  return known == variables_.end() ? nullptr : &known->value;
}

std::vector<std::pair<std::string_view, Value>> Lineage::exported() const {
  std::vector<std::pair<std::string_view, Value>> names;
  for (const Variable& variable : variables_) {
    if (variable.importable) names.emplace_back(variable.name, variable.value);
  }
  return names;
}

}  // namespace pgjinja::jinja
