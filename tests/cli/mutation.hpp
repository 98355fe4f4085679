#pragma once

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>

namespace pgjinja::test {

/// Makes other values of the same shape: kind, truth, and the lengths of lists and maps stay. Texts
/// are made of what would end, open or comment out something if it ever became SQL text.
class Mutation {
 public:
  enum class Keys : bool { Stay, Change };

  explicit Mutation(std::mt19937& random, Keys keys = Keys::Stay) : random_(random), keys_(keys) {}

  Value of(const Value& value);
  /// All but those of `fixed`, which a template's control flow or marks depend on.
  Context of(const Context& context, const std::set<std::string>& fixed);
  /// How many values it has made, without the lists and maps around them.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::int64_t nonzero();
  std::string text();
  Value key(const Value& key);

  std::mt19937& random_;
  Keys keys_;
  std::size_t count_ = 0;
};

}  // namespace pgjinja::test
