#pragma once

#include "sql/check/walk.hpp"

#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/shapes.hpp>

#include <cstddef>
#include <set>
#include <string>

namespace pgjinja::sql {

/// Keeps all paths apart, and binds what each has printed.
class ShapeWalk final : public Walk {
 public:
  explicit ShapeWalk(const ShapeLimits& limits) : limits_(limits) {}

  Shapes collect(const Skeleton& skeleton);

 private:
  bool print(Path& path, const Skeleton& node, const Skeleton* behind) override;
  bool passes(const Path& path, const Skeleton& node) override;
  void joined(const Skeleton&, const Paths&, const Paths&) override {}
  void merge(Paths& paths) override;
  [[nodiscard]] bool keeps_order() const override { return true; }
  [[nodiscard]] bool has_middle_rounds() const override { return false; }

  void add(const Path& path);
  void incomplete(const std::string& reason);

  ShapeLimits limits_;
  Binder binder_;
  Shapes out_;
  std::set<std::string> seen_;
};

}  // namespace pgjinja::sql
