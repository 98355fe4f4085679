#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/error_json.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_object.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

/// In the order of the file; the parser and the compiler each find theirs.
std::vector<Error> sorted(const std::vector<Error>& errors) {
  std::multimap<std::pair<std::uint32_t, std::uint32_t>, const Error*> places;
  for (const Error& error : errors) {
    const SourcePlace first = error.places().empty() ? SourcePlace{} : error.places().front();
    places.emplace(std::pair(first.line, first.column), &error);
  }
  std::vector<Error> out;
  out.reserve(errors.size());
  for (const auto& [place, error] : places) out.push_back(*error);
  return out;
}

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string summary(std::size_t templates, std::size_t broken, std::size_t errors) {
  if (errors == 0) return counted(templates, "template") + ", no errors\n";
  return fmt::format("{} in {} of {}\n", counted(errors, "error"), broken,
                     counted(templates, "template"));
}

std::string as_json(std::size_t templates, const std::vector<Error>& errors) {
  std::vector<std::string> objects;
  objects.reserve(errors.size());
  for (const Error& error : errors) objects.push_back(error_object(error));
  return JsonObject()
             .number("templates", static_cast<std::int64_t>(templates))
             .json("errors", json_lines(objects))
             .str() +
         '\n';
}

}  // namespace

int validate(const Request& request, const Settings& settings, Output& out) {
  const TemplateSource source = open_templates(request, settings);
  const Client client(client_settings(settings, source));
  const jinja::Environment& environment = client.environment();
  const std::vector<std::string> names = request.names.empty() ? environment.list() : request.names;

  std::vector<Error> errors;
  std::size_t broken = 0;
  for (const std::string& name : names) {
    const std::vector<Error> found = sorted(environment.diagnose(name));
    errors.insert(errors.end(), found.begin(), found.end());
    broken += found.empty() ? 0 : 1;
  }
  for (const Error& error : errors) report(error.what());
  out.write(request.format == OutputFormat::Json ? as_json(names.size(), errors)
                                                 : summary(names.size(), broken, errors.size()));
  return errors.empty() ? kSuccess : exit_code_of(errors.front().kind());
}

}  // namespace pgjinja::cli
