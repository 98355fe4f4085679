#include "jinja/check/checkup.hpp"
#include "jinja/check/rules.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

// Templates that include, import or extend themselves over others.

namespace pgjinja::jinja {

using ast::StmtKind;

namespace {

struct Step {
  const Facts* from;
  const Reference* by;
};

std::string_view verb(StmtKind kind) {
  switch (kind) {
    case StmtKind::Extends: return "extends";
    case StmtKind::Include: return "includes";
    default: return "imports";
  }
}

std::string_view rule_of(StmtKind kind) {
  switch (kind) {
    case StmtKind::Extends: return "extends-cycle";
    case StmtKind::Include: return "include-cycle";
    default: return "import-cycle";
  }
}

/// The shortest way back to one template. Each cycle is found from each of its templates; the one
/// whose path comes first reports it.
class CycleSearch {
 public:
  CycleSearch(Checkup& checkup, const Facts& start) : checkup_(checkup), start_(start) {}

  void run() { follow(start_); }

 private:
  void follow(const Facts& from) {
    if (!visited_.insert(&from).second) return;
    for (const Reference& reference : from.references) {
      const Facts* to = checkup_.resolve(reference);
      if (to == nullptr) continue;
      way_.push_back({&from, &reference});
      if (to == &start_) {
        report();
      } else if (start_.of->source.path < to->of->source.path) {
        follow(*to);
      }
      way_.pop_back();
    }
  }

  void report() {
    const StmtKind kind = way_.front().by->stmt->kind;
    const Rule& rule = check_rule(rule_of(kind));
    Error error(ErrorKind::Limit,
                way_.size() == 1 ? fmt::format("the template {} itself", verb(kind))
                                 : fmt::format("the template {} itself over {} other{}", verb(kind),
                                               way_.size() - 1, way_.size() == 2 ? "" : "s"));
    for (const Step& step : way_) {
      SourcePlace place = step.from->of->place_of(*step.by->stmt);
      if (&step != &way_.front()) place.role = fmt::format("which {}", verb(step.by->stmt->kind));
      error.at(std::move(place));
    }
    const bool ends = std::ranges::any_of(way_, [](const Step& s) { return s.by->conditional; });
    error.hint(ends ? "make sure that the condition ends it" : "take one of these tags away");
    checkup_.report({&rule, ends ? Severity::Warning : rule.severity, std::move(error)});
  }

  Checkup& checkup_;
  const Facts& start_;
  std::vector<Step> way_;
  std::set<const Facts*> visited_;
};

}  // namespace

void check_cycles(Checkup& checkup, const Facts& facts) { CycleSearch(checkup, facts).run(); }

}  // namespace pgjinja::jinja
