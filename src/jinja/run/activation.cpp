#include "jinja/run/activation.hpp"

#include <algorithm>

namespace pgjinja::jinja {

[[gnu::hot]] Activation::Activation(std::shared_ptr<const Program> program, const Context* context,
                                    const Activation* outer,
                                    std::vector<std::pair<std::string_view, Value>> locals)
    : program_(std::move(program)),
      context_(context),
      outer_(outer),
      locals_(std::move(locals)),
      only_context_(outer == nullptr && locals_.empty() ? context : nullptr) {
  const std::size_t names = program_->names.size();
  if (names > kInline) more_places_.resize(names);
  places_ = names > kInline ? more_places_.data() : inline_places_.data();
  std::fill_n(places_, names, nullptr);
}

const Value* Activation::find(std::string_view name, std::uint32_t hash) const {
  if (variables_ != nullptr) {
    if (const Value* found = variables_->find(name)) return found;
  }
  for (const auto& [local, value] : locals_) {
    if (local != name) continue;
    return value.is_undefined() && value.undefined_text().empty() ? nullptr : &value;
  }
  if (outer_ != nullptr) return outer_->find(name, hash);
  return context_ == nullptr ? nullptr : thawed(context_->find(name, hash));
}

[[gnu::hot]] const Value* Activation::resolve(const NameRef& name) const {
  if (only_context_ != nullptr) return &name.value_in(*only_context_);
  const Value* found = find(name.text, name.hash);
  return found != nullptr ? found : thawed(&name.fallback);
}

std::vector<std::string> Activation::known_names() const {
  std::vector<std::string> names;
  for (const auto& [local, value] : locals_) names.emplace_back(local);
  if (outer_ != nullptr) {
    const std::vector<std::string> more = outer_->known_names();
    names.insert(names.end(), more.begin(), more.end());
  } else if (context_ != nullptr) {
    context_->for_each_name([&names](std::string_view name) { names.emplace_back(name); });
  }
  return names;
}

}  // namespace pgjinja::jinja
