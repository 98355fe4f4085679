#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/findings.hpp"
#include "cli/json_object.hpp"
#include "cli/sarif.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

using jinja::Finding;
using jinja::Severity;

std::size_t count(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// "3 templates: 1 error, 2 warnings"; notes and warnings only if there are some.
std::string summary(std::size_t templates, const std::vector<Finding>& findings) {
  const std::size_t errors = count(findings, Severity::Error);
  std::string out = counted(templates, "template") + ": " +
                    (errors == 0 ? std::string("no errors") : counted(errors, "error"));
  for (const Severity severity : {Severity::Warning, Severity::Note}) {
    const std::size_t n = count(findings, severity);
    if (n > 0) out += ", " + counted(n, severity_name(severity));
  }
  return out + '\n';
}

std::string as_json(std::size_t templates, const std::vector<Finding>& findings) {
  std::vector<std::string> objects;
  objects.reserve(findings.size());
  for (const Finding& finding : findings) objects.push_back(finding_object(finding));
  return JsonObject()
             .number("templates", static_cast<std::int64_t>(templates))
             .json("findings", json_lines(objects))
             .str() +
         '\n';
}

std::string as_text(std::size_t templates, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) report(finding_report(finding));
  return summary(templates, findings);
}

int exit_code(const std::vector<Finding>& findings, bool strict) {
  const auto error = std::ranges::find(findings, Severity::Error, &Finding::severity);
  if (error != findings.end()) return exit_code_of(error->error.kind());
  return strict && count(findings, Severity::Warning) > 0 ? kWarnings : kSuccess;
}

}  // namespace

int validate(const Request& request, const Settings& settings, Output& out) {
  const TemplateSource source = open_templates(request, settings);
  const Client client(client_settings(settings, source));
  const jinja::Environment& environment = client.environment();
  const std::vector<std::string> names = request.names.empty() ? environment.list() : request.names;
  const std::vector<Finding> findings = find_all(environment, names);
  switch (request.format) {
    case OutputFormat::Json: out.write(as_json(names.size(), findings)); break;
    case OutputFormat::Sarif: out.write(sarif_log(findings)); break;
    default: out.write(as_text(names.size(), findings)); break;
  }
  return exit_code(findings, request.strict);
}

}  // namespace pgjinja::cli
