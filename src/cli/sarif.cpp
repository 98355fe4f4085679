#include "cli/sarif.hpp"

#include "cli/findings.hpp"
#include "cli/json_object.hpp"

#include <pgjinja/jinja/check.hpp>
#include <pgjinja/sql/check.hpp>

#include <algorithm>

#include <fmt/format.h>

// The properties' names are those of SARIF's specification, section 3.

namespace pgjinja::cli {

namespace {

std::vector<jinja::Rule> all_rules() {
  std::vector<jinja::Rule> rules(jinja::check_rules().begin(), jinja::check_rules().end());
  rules.insert(rules.end(), sql::check_rules().begin(), sql::check_rules().end());
  std::ranges::sort(rules, {}, &jinja::Rule::id);
  return rules;
}

std::string message(std::string_view text) { return JsonObject().text("text", text).str(); }

std::string rule_object(const jinja::Rule& rule) {
  return JsonObject()
      .text("id", rule.id)
      .json("shortDescription", message(rule.summary))
      .json("help", message(rule.help))
      .json("defaultConfiguration", JsonObject().text("level", severity_name(rule.severity)).str())
      .str();
}

/// A file's path as a URI reference: bytes that may not stand in one are written %XX.
std::string uri(std::string_view path) {
  static constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  std::string out;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// Columns are counted in code points, as columnKind says.
std::string location(const SourcePlace& place) {
  const std::string region = JsonObject()
                                 .number("startLine", place.line)
                                 .number("startColumn", place.column)
                                 .number("endColumn", std::int64_t{place.column} + place.length)
                                 .json("snippet", message(place.text))
                                 .str();
  const std::string physical =
      JsonObject()
          .json("artifactLocation", JsonObject().text("uri", uri(place.name)).str())
          .json("region", region)
          .str();
  JsonObject made;
  made.json("physicalLocation", physical);
  if (!place.role.empty()) made.json("message", message(place.role));
  return made.str();
}

std::string result(const jinja::Finding& finding, std::size_t rule) {
  std::string text = finding.error.message();
  if (!finding.error.detail().empty()) text += fmt::format(" ({})", finding.error.detail());
  if (!finding.error.hint().empty()) text += fmt::format(": {}", finding.error.hint());
  std::vector<std::string> own;
  std::vector<std::string> related;
  for (const SourcePlace& place : finding.error.places()) {
    (own.empty() ? own : related).push_back(location(place));
  }
  JsonObject made;
  made.text("ruleId", finding.rule->id)
      .number("ruleIndex", static_cast<std::int64_t>(rule))
      .text("level", severity_name(finding.severity))
      .json("message", message(text))
      .json("locations", json_array(own));
  if (!related.empty()) made.json("relatedLocations", json_array(related));
  return made.str();
}

}  // namespace

std::string sarif_log(const std::vector<jinja::Finding>& findings) {
  const std::vector<jinja::Rule> rules = all_rules();
  std::vector<std::string> described;
  for (const jinja::Rule& rule : rules) described.push_back(rule_object(rule));
  std::vector<std::string> results;
  for (const jinja::Finding& finding : findings) {
    const auto rule = std::ranges::find(rules, finding.rule->id, &jinja::Rule::id);
    results.push_back(result(finding, static_cast<std::size_t>(rule - rules.begin())));
  }
  const std::string driver =
      JsonObject().text("name", "pgjinja").json("rules", json_lines(described)).str();
  const std::string run = JsonObject()
                              .json("tool", JsonObject().json("driver", driver).str())
                              .text("columnKind", "unicodeCodePoints")
                              .json("results", json_lines(results))
                              .str();
  return JsonObject()
             .text("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
             .text("version", "2.1.0")
             .json("runs", json_array({run}))
             .str() +
         '\n';
}

}  // namespace pgjinja::cli
