#pragma once

#include "sql/check/assumptions.hpp"
#include "sql/check/position.hpp"
#include "sql/check/skeleton.hpp"

#include <memory>
#include <vector>

namespace pgjinja::sql {

/// What one path has printed, the latest first.
struct Printed {
  const Skeleton* node;  ///< a Text or Print
  std::shared_ptr<const Printed> before;
};
using PrintedPtr = std::shared_ptr<const Printed>;

/// One way through a skeleton, up to some place.
struct Path {
  Assumptions assumed;
  PrintedPtr printed;
  Position at;

  void print(const Skeleton& node) {
    printed = std::make_shared<const Printed>(Printed{&node, std::move(printed)});
  }
};
using Paths = std::vector<Path>;

/// What a path has printed, as the binder takes it.
jinja::Fragment fragment_of(const Path& path);

/// Goes all ways through a skeleton that some values could lead along. What happens on them, and
/// which of them are taken for the same, is up to those who derive from it.
class Walk {
 public:
  virtual ~Walk() = default;
  /// The paths that come to the end.
  Paths run(const Skeleton& skeleton);

 protected:
  /// Text, Print: goes on along `path`; false if it ends here. `behind` is what follows next, if
  /// that is known.
  virtual bool print(Path& path, const Skeleton& node, const Skeleton* behind) = 0;
  /// Fail, Unknown: the path ends, unless this is true.
  virtual bool passes(const Path& path, const Skeleton& node) = 0;
  /// Both sides of a Choice have been gone.
  virtual void joined(const Skeleton& choice, const Paths& yes, const Paths& no) = 0;
  /// Leaves out what need not be followed twice.
  virtual void merge(Paths& paths) = 0;
  /// The rounds that a loop makes, beyond the second.
  [[nodiscard]] virtual bool has_middle_rounds() const = 0;
  /// Do the paths have to come in the order of the branches?
  [[nodiscard]] virtual bool keeps_order() const = 0;

 private:
  struct Outcome {
    Paths next;
    Paths broken;     ///< at a break
    Paths continued;  ///< at a continue
  };
  /// Inside a loop: with a round that came to its end, which decides whether its else is run.
  struct Rounds {
    Paths done;
    Paths not_done;
  };

  Outcome go(const Skeleton& node, Paths in, const Skeleton* behind);
  Outcome sequence(const Skeleton& node, Paths in, const Skeleton* behind);
  Outcome ways(const Skeleton& node, Paths in, const Skeleton* behind);
  Outcome choice(const Skeleton& node, const Paths& in, const Skeleton* behind);
  Paths known_rounds(const Skeleton& node, Paths in);
  Paths loop(const Skeleton& node, const Paths& in);
  Paths one_round(const Skeleton& node, Paths in);
  Paths several_rounds(const Skeleton& node, Paths in);
  void round(const Skeleton& body, int loop, const Rounds& from, Rounds& to, Paths& left);
  Paths otherwise(const Skeleton& node, Paths in);
  void add(Paths& to, Paths&& more);
  void add(Outcome& to, Outcome&& more);

  Paths broken_early_;  // left the running loop by a break, with no round that came to its end
};

}  // namespace pgjinja::sql
