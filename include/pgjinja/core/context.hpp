#pragma once

#include <pgjinja/core/value.hpp>

#include <initializer_list>
#include <string_view>
#include <utility>

namespace pgjinja {

/// The named arguments of one call: `{{"country", "FR"}, {"limit", 5}}`.
/// Keeps insertion order; a name given twice keeps its last value. Safe to read concurrently.
class Context {
 public:
  Context() = default;
  Context(std::initializer_list<std::pair<std::string_view, Value>> arguments)
      : values_(arguments) {}
  /// Takes over a map; keys that are no texts are kept and never found by a template.
  explicit Context(Map values) : values_(std::move(values)) {}

  /// A view that finds the names of `upper`, and behind these the names of `lower`. It copies
  /// neither: both must outlive it.
  static Context layered(const Context& upper, const Context& lower) {
    Context view;
    view.upper_ = &upper;
    view.lower_ = &lower;
    return view;
  }

  Context& set(std::string_view name, Value value) {
    values_.set(Value(name), std::move(value));
    return *this;
  }
  /// The value of `name`, or nullptr; lives until the context changes.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept {
    return find(name, hash_text(name));
  }
  /// As above with hash_text(name) known beforehand.
  [[nodiscard]] const Value* find(std::string_view name, std::uint32_t hash) const noexcept {
    if (const Value* own = values_.find(name, hash)) return own;
    if (upper_ == nullptr) return nullptr;
    const Value* above = upper_->find(name, hash);
    return above != nullptr ? above : lower_->find(name, hash);
  }
  /// The same for a text; `guess` is where in values() it may be, see Map::find().
  [[nodiscard]] const Value* find(const Value& name, std::uint32_t hash,
                                  std::uint32_t& guess) const noexcept {
    if (const Value* own = values_.find(name, hash, guess)) return own;
    return upper_ == nullptr ? nullptr : find_in_layers(name, hash, guess);
  }
  /// Calls `visit(std::string_view)` with each name, also those of the layers that it views.
  template <class Visit>
  void for_each_name(Visit visit) const {
    for (const Map::Entry& entry : values_) {
      if (entry.key.is_text()) visit(entry.key.as_text());
    }
    if (upper_ == nullptr) return;
    upper_->for_each_name(visit);
    lower_->for_each_name(visit);
  }
  /// Its own arguments, without those of the layers that it views.
  [[nodiscard]] const Map& values() const noexcept { return values_; }

 private:
  [[nodiscard]] const Value* find_in_layers(const Value& name, std::uint32_t hash,
                                            std::uint32_t& guess) const noexcept {
    const Value* above = upper_->find(name, hash, guess);
    return above != nullptr ? above : lower_->find(name, hash, guess);
  }

  Map values_;
  const Context* upper_ = nullptr;  // both or none
  const Context* lower_ = nullptr;
};

}  // namespace pgjinja
