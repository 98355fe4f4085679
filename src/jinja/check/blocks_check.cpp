#include "jinja/check/checkup.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

// Blocks that are used and not there, or there and not used.

namespace pgjinja::jinja {

namespace {

bool any_has(const std::vector<const Facts*>& templates, std::string_view block) {
  return std::ranges::any_of(templates,
                             [block](const Facts* each) { return each->block(block) != nullptr; });
}

std::vector<std::string> block_names(const std::vector<const Facts*>& templates) {
  std::vector<std::string> names;
  for (const Facts* each : templates) {
    for (const BlockFact& block : each->blocks) names.emplace_back(block.stmt->text);
  }
  return names;
}

/// Those that extend `facts`: what they define counts when it is rendered as their parent.
std::vector<const Facts*> descendants(Checkup& checkup, const Facts& facts) {
  std::vector<const Facts*> found;
  for (const Facts* each : checkup.all()) {
    if (std::ranges::count(checkup.ancestry(*each).parents, &facts) > 0) found.push_back(each);
  }
  return found;
}

void check_supers(Checkup& checkup, const Facts& facts, const Ancestry& ancestry) {
  std::set<std::string_view> told;
  for (const BlockUse& use : facts.supers) {
    if (!ancestry.complete || any_has(ancestry.parents, use.block)) continue;
    if (!told.insert(use.block).second) continue;
    const auto names = block_names(ancestry.parents);
    checkup.report("super-without-parent", ErrorKind::Undefined,
                   fmt::format("the block '{}' overrides none, so there is no super()", use.block),
                   facts.of->place(use.expr->begin, use.expr->text.size()),
                   Checkup::did_you_mean(use.block, names));
  }
}

void check_selfs(Checkup& checkup, const Facts& facts, const Ancestry& ancestry) {
  if (facts.selfs.empty() || !ancestry.complete) return;
  std::vector<const Facts*> family = descendants(checkup, facts);
  family.push_back(&facts);
  family.insert(family.end(), ancestry.parents.begin(), ancestry.parents.end());
  for (const BlockUse& use : facts.selfs) {
    if (any_has(family, use.block)) continue;
    checkup.report("unknown-block", ErrorKind::Undefined,
                   fmt::format("there is no block '{}'", use.block), facts.of->place_of(*use.expr),
                   Checkup::did_you_mean(use.block, block_names(family)));
  }
}

void check_placed(Checkup& checkup, const Facts& facts, const Ancestry& ancestry) {
  if (ancestry.parents.empty() || !ancestry.complete) return;
  for (const BlockFact& block : facts.blocks) {
    const bool used = std::ranges::any_of(
        facts.selfs, [&](const BlockUse& use) { return use.block == block.stmt->text; });
    if (used || !block.within.empty() || any_has(ancestry.parents, block.stmt->text)) continue;
    checkup.report(
        "unplaced-block", ErrorKind::Syntax,
        fmt::format("no template that this one extends has a block '{}'", block.stmt->text),
        facts.of->place_of(*block.stmt),
        Checkup::did_you_mean(block.stmt->text, block_names(ancestry.parents)));
  }
}

}  // namespace

void check_blocks(Checkup& checkup, const Facts& facts) {
  const Ancestry ancestry = checkup.ancestry(facts);
  check_supers(checkup, facts, ancestry);
  check_selfs(checkup, facts, ancestry);
  check_placed(checkup, facts, ancestry);
}

}  // namespace pgjinja::jinja
