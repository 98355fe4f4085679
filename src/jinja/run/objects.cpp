#include "jinja/run/objects.hpp"

#include "jinja/run/missing_value.hpp"
#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::jinja {

Loop::Loop(Value iterable, Value code, std::int64_t depth)
    : iterable_(std::move(iterable)), code_(std::move(code)), depth_(depth) {
  holds(iterable_);
  if (iterable_.may_change()) live_ = LiveItems::of(iterable_);
  if (live_ != nullptr) return;
  if (iterable_.is_list()) {
    items_ = iterable_.as_list().items();
  } else {
    made_ = jinja::iterate(iterable_);
    items_ = made_;
  }
}

std::optional<Value> Loop::attribute(std::string_view name) const {
  if (const auto which = loop_counter(name)) return counter(*which);
  if (live_ != nullptr) return live_attribute(name);
  if (name == "previtem") {
    return at_ < 2 ? Value::undefined(kNoPrevious) : items_[at_ - 2];
  }
  if (name == "nextitem") {
    return at_ >= items_.size() ? Value::undefined(kNoNext) : items_[at_];
  }
  return std::nullopt;
}

const Value* Loop::next_live() const {
  if (!live_->next()) return nullptr;
  ++at_;
  return &live_->current();
}

std::optional<Value> Loop::live_attribute(std::string_view name) const {
  if (name == "previtem") return at_ < 2 ? Value::undefined(kNoPrevious) : live_->previous();
  if (name != "nextitem") return std::nullopt;
  const Value* next = live_->peek();
  return next == nullptr ? Value::undefined(kNoNext) : *next;
}

Value Loop::cycle(const Args& args) const {
  const auto values = args.positional();
  if (values.empty()) throw Error(ErrorKind::Runtime, "no items for cycling given");
  return values[(at_ - 1) % values.size()];
}

bool Loop::changed(const Args& args) const {
  std::vector<Value> values(args.positional().begin(), args.positional().end());
  if (last_changed_ == values) return false;
  last_changed_ = std::move(values);
  return true;
}

std::optional<Value> Macro::attribute(std::string_view name) const {
  if (name == "name") return Value(routine.name);
  if (name == "caller") return routine.extras[0].has_value();
  if (name == "catch_varargs") return routine.extras[1].has_value();
  if (name == "catch_kwargs") return routine.extras[2].has_value();
  if (name != "arguments") return std::nullopt;
  std::vector<Value> names;
  for (const Routine::Param& param : routine.params) names.emplace_back(param.name);
  return Value::tuple(std::move(names));
}

Module::Module(Fragment body, std::vector<std::pair<std::string_view, Value>> names,
               std::shared_ptr<const Program> program)
    : body_(std::move(body)), names_(std::move(names)), program_(std::move(program)) {
  for (const Piece& piece : body_.pieces()) holds(piece.value);
  for (const auto& [name, value] : names_) holds(value);
}

std::optional<Value> Module::attribute(std::string_view name) const {
  for (const auto& [known, value] : names_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

namespace {

/// The definition of a block `depth` levels up from the last one.
Value block_reference(std::uint64_t rendering, Activation& activation,
                      const std::shared_ptr<const Lineage>& lineage, std::string_view name,
                      std::uint32_t depth) {
  const Lineage::Definition* block =
      lineage == nullptr ? nullptr : lineage->definition(name, depth);
  if (block == nullptr) return Value::undefined(kNoParent);
  // The routine's own name lives as long as the lineage; `name` may not.
  return Value::object<BlockReference>(rendering, activation, lineage, block->routine->name, depth);
}

std::shared_ptr<const Lineage> shared(const Lineage* lineage) {
  return lineage == nullptr ? nullptr : lineage->shared_from_this();
}

}  // namespace

std::optional<Value> BlockReference::attribute(std::string_view attribute_name) const {
  if (attribute_name != "super") return std::nullopt;
  return block_reference(rendering, activation, lineage_, name, depth + 1);
}

SelfReference::SelfReference(std::uint64_t owner, Activation& context)
    : rendering_(owner), activation_(context), lineage_(shared(context.lineage())) {}

std::optional<Value> SelfReference::attribute(std::string_view name) const {
  Value block = block_reference(rendering_, activation_, lineage_, name, 0);
  if (block.is_undefined()) return std::nullopt;
  return block;
}

Value super_block(std::uint64_t rendering, Activation& activation) {
  const Activation::Block& block = activation.block();
  return block_reference(rendering, activation, shared(activation.lineage()), block.name,
                         block.depth + 1);
}

}  // namespace pgjinja::jinja
