#include "jinja/describe/needs.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

namespace {

using Names = std::set<std::string, std::less<>>;

class NeedsWalk {
 public:
  explicit NeedsWalk(const EnvironmentState& environment) : environment_(environment) {}

  /// A template, of which the names in `given` are other templates' to give, or all that it can
  /// look up if it does not see the context.
  void visit(const Program& program, bool sees_context, const Names& given) {
    if (!sees_context) {
      if (!apart_.insert(&program).second) return;
    } else if (!is_news(program, given)) {
      return;
    }
    if (sees_context) add_names(program, given);
    needs_.complete = needs_.complete && !program.chooses_templates;
    for (const Dependency& dependency : program.dependencies) {
      follow(program, dependency, sees_context, given);
    }
  }

  [[nodiscard]] Needs take() { return std::move(needs_); }

 private:
  /// Not if a visit that was given no other names has been there: it found all and more.
  bool is_news(const Program& program, const Names& given) {
    std::vector<Names>& before = visits_[&program];
    const bool known = std::ranges::any_of(
        before, [&given](const Names& fewer) { return std::ranges::includes(given, fewer); });
    if (!known) before.push_back(given);
    return !known;
  }

  void add_names(const Program& program, const Names& given) {
    for (const std::uint32_t index : program.free_names()) {
      const NameRef& name = program.names[index];
      if (environment_.globals.find(name.text, name.hash) != nullptr) continue;
      if (!given.contains(name.text)) needs_.names.emplace(name.text);
    }
  }

  void follow(const Program& program, const Dependency& dependency, bool sees_context,
              const Names& given) {
    needs_.templates.insert(dependency.name);
    const auto next = environment_.find_program(dependency.name);
    if (next == nullptr) return;
    kept_.push_back(next);
    Names more = given;
    for (const VisibleLocal& local : program.visible[dependency.visible]) more.emplace(local.name);
    for (const std::uint32_t name : program.exported_names())
      more.emplace(program.names[name].text);
    visit(*next, sees_context && dependency.sees_context, more);
  }

  const EnvironmentState& environment_;
  Needs needs_;
  std::set<const Program*> apart_;                       // visited without the context
  std::map<const Program*, std::vector<Names>> visits_;  // with it: the names given
  std::vector<std::shared_ptr<const Program>> kept_;     // a reload may drop them
};

}  // namespace

Needs needs_of(const Program& program, const EnvironmentState& environment) {
  NeedsWalk walk(environment);
  walk.visit(program, true, {});
  return walk.take();
}

}  // namespace pgjinja::jinja
