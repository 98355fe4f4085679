#pragma once

#include "jinja/check/facts.hpp"
#include "jinja/check/library.hpp"

#include <pgjinja/jinja/finding.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// The templates that one extends, the next one first.
struct Ancestry {
  std::vector<const Facts*> parents;
  bool complete = true;  ///< false when some parent is chosen by a value, or is missing
};

/// What all checks of one run share: the facts of the templates, and the findings.
class Checkup {
 public:
  explicit Checkup(const EnvironmentState& environment);

  /// nullptr when there is no such template, or it cannot be read.
  const Facts* find(std::string_view name);
  /// The first of a reference's names that exists; nullptr if none does, or one that comes before
  /// it is only known while rendering.
  const Facts* resolve(const Reference& reference);
  Ancestry ancestry(const Facts& facts);
  /// All templates that the loader lists and that can be read.
  const std::vector<const Facts*>& all();
  Library& library() noexcept { return library_; }

  void report(std::string_view rule, ErrorKind kind, std::string message, SourcePlace place,
              std::string hint = {});
  void report(Finding finding) { findings_.push_back(std::move(finding)); }
  /// "did you mean 'x'?" of the nearest name, or nothing.
  static std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);
  /// What was reported since the last call.
  std::vector<Finding> take() { return std::exchange(findings_, {}); }

 private:
  Library library_;
  std::map<const ParsedTemplate*, Facts> facts_;
  std::vector<const Facts*> all_;
  bool listed_ = false;
  std::vector<Finding> findings_;
};

// The checks, each of one template.
void check_names(Checkup& checkup, const Facts& facts);
void check_references(Checkup& checkup, const Facts& facts);
void check_cycles(Checkup& checkup, const Facts& facts);
void check_blocks(Checkup& checkup, const Facts& facts);
void check_imports(Checkup& checkup, const Facts& facts);
void check_calls(Checkup& checkup, const Facts& facts);
void check_unused(Checkup& checkup, const Facts& facts);

/// The template that the name `alias` stands for as a module; nullptr when that is not certain.
const Facts* module_named(Checkup& checkup, const Facts& facts, std::string_view alias);

}  // namespace pgjinja::jinja
