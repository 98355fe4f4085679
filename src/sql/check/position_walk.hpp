#pragma once

#include "sql/check/walk.hpp"

#include <pgjinja/jinja/finding.hpp>
#include <pgjinja/sql/binder.hpp>

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace pgjinja::sql {

/// Finds where a value, on some path, stands where it cannot. What it suspects it gives to the
/// binder: each finding is the binder's own error for that path.
class PositionWalk final : public Walk {
 public:
  /// Checks all paths of the skeleton, and gives what was found, each once.
  std::vector<jinja::Finding> check(const Skeleton& skeleton);

 private:
  bool print(Path& path, const Skeleton& node, const Skeleton* behind) override;
  bool passes(const Path& path, const Skeleton& node) override;
  void joined(const Skeleton& choice, const Paths& yes, const Paths& no) override;
  void merge(Paths& paths) override;
  [[nodiscard]] bool keeps_order() const override { return false; }
  [[nodiscard]] bool has_middle_rounds() const override { return true; }

  void text(Path& path, const Skeleton& node, const Skeleton* behind);
  void value(Path& path, const Skeleton& node, const Skeleton* behind);
  [[nodiscard]] std::string text_of(const Skeleton& node) const;
  void settle_sort_key(Path& path);
  void end(const Path& path);
  void leave_out(const Path& path);
  /// Reports what the binder says of the path with `node` behind it.
  void refuse(const Path& path, std::string_view rule, const Skeleton* node,
              const Skeleton* behind);
  void report(const Path& path, std::string_view rule, Error error, const WayPtr& way);

  Binder binder_;
  std::vector<jinja::Finding> findings_;
  bool left_out_ = false;  // some path, and it has been said
  /// What has been given to the binder: the node, what it touches, and where it stands.
  std::set<std::tuple<const Skeleton*, const jinja::PrintSite*, Region>> refused_;
};

}  // namespace pgjinja::sql
