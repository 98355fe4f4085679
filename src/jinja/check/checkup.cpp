#include "jinja/check/checkup.hpp"

#include "jinja/check/rules.hpp"
#include "jinja/nearest.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::StmtKind;

Checkup::Checkup(const EnvironmentState& environment) : library_(environment) {}

const Facts* Checkup::find(std::string_view name) {
  const ParsedTemplate* parsed = library_.find(name);
  if (parsed == nullptr) return nullptr;
  const auto known = facts_.find(parsed);
  if (known != facts_.end()) return &known->second;
  return &facts_.emplace(parsed, collect(*parsed)).first->second;
}

const Facts* Checkup::resolve(const Reference& reference) {
  if (reference.dynamic) return nullptr;
  for (const std::string_view name : reference.names) {
    if (const Facts* found = find(name)) return found;
  }
  return nullptr;
}

Ancestry Checkup::ancestry(const Facts& facts) {
  Ancestry ancestry;
  const Facts* last = &facts;
  while (last != nullptr) {
    const Facts* parent = nullptr;
    for (const Reference& reference : last->references) {
      if (reference.stmt->kind != StmtKind::Extends) continue;
      const bool second = parent != nullptr;
      parent = resolve(reference);
      if (second || parent == nullptr || reference.conditional) ancestry.complete = false;
    }
    const bool cycle = parent == &facts || std::ranges::count(ancestry.parents, parent) > 0;
    if (parent == nullptr || cycle) break;
    ancestry.parents.push_back(parent);
    last = parent;
  }
  return ancestry;
}

const std::vector<const Facts*>& Checkup::all() {
  if (std::exchange(listed_, true) || library_.environment().loader == nullptr) return all_;
  for (const std::string& name : library_.environment().finder->index()->names()) {
    if (const Facts* found = find(name)) all_.push_back(found);
  }
  return all_;
}

void Checkup::report(std::string_view rule, ErrorKind kind, std::string message, SourcePlace place,
                     std::string hint) {
  const Rule& of = check_rule(rule);
  Error error(kind, std::move(message));
  error.at(std::move(place));
  if (!hint.empty()) error.hint(std::move(hint));
  report(Finding{&of, of.severity, std::move(error)});
}

std::string Checkup::did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? std::string() : fmt::format("did you mean '{}'?", near);
}

const Facts* module_named(Checkup& checkup, const Facts& facts, std::string_view alias) {
  const auto bound = facts.bindings.find(alias);
  if (bound == facts.bindings.end() || bound->second != 1) return nullptr;
  for (const Reference& reference : facts.references) {
    const bool is_module = reference.stmt->kind == StmtKind::Import;
    if (is_module && reference.stmt->text == alias) return checkup.resolve(reference);
  }
  return nullptr;
}

}  // namespace pgjinja::jinja
