#pragma once

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/sql/annotate.hpp>
#include <pgjinja/sql/check.hpp>
#include <pgjinja/sql/filters.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pgjinja::sql {

inline jinja::Options check_options() {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  options.undefined = jinja::UndefinedPolicy::Unprintable;
  options.annotate = annotate;
  return options;
}

/// Templates in memory as a Client sees them; the one that a test is about is "main".
class Checking {
 public:
  explicit Checking(std::map<std::string, std::string> templates)
      : environment(check_options(), std::make_shared<jinja::MapLoader>(std::move(templates))) {
    install(environment);
  }
  explicit Checking(const std::string& main)
      : Checking(std::map<std::string, std::string>{{"main", main}}) {}

  /// "value-in-string 1:9", sorted as they are found.
  [[nodiscard]] std::vector<std::string> found() const {
    std::vector<std::string> out;
    for (const jinja::Finding& finding : check(environment, environment.list())) {
      std::string line(finding.rule->id);
      if (!finding.error.places().empty()) {
        const SourcePlace& at = finding.error.places().front();
        if (at.name != "main") line += " " + at.name;
        line += " " + std::to_string(at.line) + ":" + std::to_string(at.column);
      }
      out.push_back(std::move(line));
    }
    return out;
  }

  jinja::Environment environment;
};

}  // namespace pgjinja::sql
