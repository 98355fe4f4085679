#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/error_json.hpp"
#include "cli/exit_codes.hpp"
#include "cli/front_matter_json.hpp"
#include "cli/json_object.hpp"
#include "cli/table.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

struct Listed {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<std::string> includes;
  bool chooses_templates;
  jinja::FrontMatter front_matter;
  std::optional<Error> error;
};

Listed inspect(const jinja::Environment& environment, const std::string& name) {
  try {
    const jinja::Template found = environment.get_template(name);
    return {name,
            found.parameters(),
            found.dependencies(),
            found.chooses_templates(),
            found.front_matter(),
            std::nullopt};
  } catch (const Error& error) {
    return {name, {}, {}, false, {}, error};
  }
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Of a description the first line, which is its summary.
std::string summary(const Listed& one) {
  const std::string& text = one.front_matter.description;
  return text.substr(0, text.find('\n'));
}

std::string parameters(const Listed& one) {
  if (one.error) return "error: " + one.error->message();
  return one.front_matter.parameters.empty() ? joined(one.parameters)
                                             : declared_parameters(one.front_matter);
}

std::string includes(const Listed& one) {
  std::string names = joined(one.includes);
  if (!one.chooses_templates) return names;
  return names.empty() ? "(by a value)" : names + ", (by a value)";
}

std::string returns(const Listed& one) {
  const auto& given = one.front_matter.returns;
  return given ? std::string(jinja::cardinality_name(*given)) : "";
}

std::string readable(const std::vector<Listed>& all) {
  Table table(Output::coloured());
  const bool described = std::any_of(all.begin(), all.end(), [](const Listed& one) {
    return !summary(one).empty() || !returns(one).empty();
  });
  for (const char* heading : {"template", "parameters", "includes"}) table.add_column(heading);
  if (described) {
    for (const char* heading : {"returns", "description"}) table.add_column(heading);
  }
  for (const Listed& one : all) {
    std::vector<std::optional<std::string>> row{one.name, parameters(one), includes(one)};
    if (described) row.insert(row.end(), {returns(one), summary(one)});
    table.add_row(row);
  }
  return table.to_string() +
         fmt::format("({} template{})\n", all.size(), all.size() == 1 ? "" : "s");
}

std::string text_array(std::vector<std::string> texts) {
  for (std::string& text : texts) text = json_string(text);
  return json_array(texts);
}

std::string json_object(const Listed& one) {
  JsonObject object;
  object.text("name", one.name);
  if (one.error) return object.json("error", error_object(*one.error)).str();
  object.json("parameters", text_array(one.parameters)).json("includes", text_array(one.includes));
  if (one.chooses_templates) object.json("includes_by_value", "true");
  if (!one.front_matter.empty()) {
    object.json("front_matter", front_matter_json(one.front_matter));
  }
  return object.str();
}

}  // namespace

int list_templates(const Request& request, const Settings& settings, Output& out) {
  const TemplateSource source = open_templates(request, settings);
  const Client client(client_settings(settings, source));
  std::vector<Listed> all;
  for (const std::string& name : client.environment().list()) {
    all.push_back(inspect(client.environment(), name));
  }
  if (request.format == OutputFormat::Json) {
    std::vector<std::string> objects;
    objects.reserve(all.size());
    for (const Listed& one : all) objects.push_back(json_object(one));
    out.write(json_lines(objects) + '\n');
  } else {
    out.write(readable(all));
  }
  return kSuccess;
}

}  // namespace pgjinja::cli
