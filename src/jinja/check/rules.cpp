#include "jinja/check/rules.hpp"

#include <pgjinja/jinja/check.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace pgjinja::jinja {

namespace {

using enum Severity;

constexpr std::array kRules = {
    Rule{"extends-cycle", Error, "A template extends itself, over others or not.",
         "Take one of the extends tags away: what the templates share belongs into one that "
         "extends none of them."},
    Rule{"import-cycle", Error, "A template imports itself, over others or not.",
         "Move what both need into a third template that imports neither."},
    Rule{"include-cycle", Error, "A template includes itself, over others or not.",
         "Take one of the includes away. Under an if it can come to an end, and is a warning."},
    Rule{"missing-argument", Warning,
         "A macro is called without a parameter that has no default, which is undefined then.",
         "Pass the argument, or give the parameter a default."},
    Rule{"missing-caller", Error,
         "A macro that uses caller() is called without a call block, or the other way round.",
         "Write {% call name(…) %}…{% endcall %} for a macro that uses caller(), and {{ name(…) }} "
         "for others."},
    Rule{"missing-template", Error,
         "A template that is included, imported or extended does not exist.",
         "Correct the name; `ignore missing` lets an include go without."},
    Rule{"super-without-parent", Error, "super() stands in a block that overrides no other one.",
         "Take super() away, or extend the template that has the block."},
    Rule{"syntax", Error, "A template does not parse.", "The message says what was expected."},
    Rule{"too-many-arguments", Error, "A macro is called with more arguments than it takes.",
         "Leave them out; a macro that uses `varargs` takes any number."},
    Rule{"undeclared-name", Error,
         "A template that declares its parameters uses a name that it does not declare.",
         "Correct the name, or declare it in the front matter."},
    Rule{"unknown-argument", Error, "A macro is called with an argument that it does not know.",
         "Correct the name; a macro that uses `kwargs` takes any."},
    Rule{"unknown-block", Error, "self names a block that no template of the chain has.",
         "Correct the name."},
    Rule{"unknown-filter", Error, "There is no filter of that name.", "Correct the name."},
    Rule{"unknown-import", Error, "A template is asked for a name that it does not define.",
         "Correct the name. A name that begins with an underscore is private to its template."},
    Rule{"unknown-test", Error, "There is no test of that name.", "Correct the name."},
    Rule{"unplaced-block", Warning,
         "A block overrides none of the templates that are extended, so it is never rendered.",
         "Correct its name, or place a block of that name in the parent."},
    Rule{"unreadable", Error, "A template is named that cannot be read.",
         "The message says what is in the way."},
    Rule{"unused-declaration", Warning,
         "No template reads a parameter that the front matter declares.",
         "Take it away, or begin its name with an underscore."},
    Rule{"unused-macro", Warning, "No template uses the macro.",
         "Take it away, or begin its name with an underscore."},
    Rule{"unused-parameter", Warning, "A macro never reads one of its parameters.",
         "Take it away, or begin its name with an underscore."},
    Rule{"unused-variable", Warning, "A name is set and never read.",
         "Take it away, or begin its name with an underscore."},
};

}  // namespace

std::span<const Rule> check_rules() noexcept { return kRules; }

const Rule& find_rule(std::span<const Rule> rules, std::string_view id) {
  const auto found = std::ranges::find(rules, id, &Rule::id);
  if (found == rules.end()) throw std::logic_error("no rule named " + std::string(id));
  return *found;
}

const Rule& check_rule(std::string_view id) { return find_rule(kRules, id); }

}  // namespace pgjinja::jinja
