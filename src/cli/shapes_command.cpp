#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_object.hpp"

#include <pgjinja/sql/shapes.hpp>

#include <string>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

std::string text_array(std::vector<std::string> texts) {
  for (std::string& text : texts) text = json_string(text);
  return json_array(texts);
}

std::string shape_object(const sql::Shape& shape) {
  return JsonObject()
      .text("sql", shape.sql)
      .json("parameters", text_array(shape.parameters))
      .json("by_value", text_array(shape.by_value))
      .text_or_null("when", shape.when)
      .str();
}

std::string as_json(const std::string& name, const sql::Shapes& found) {
  std::vector<std::string> objects;
  objects.reserve(found.shapes.size());
  for (const sql::Shape& shape : found.shapes) objects.push_back(shape_object(shape));
  return JsonObject()
             .text("template", name)
             .json("complete", found.complete ? "true" : "false")
             .json("reasons", text_array(found.reasons))
             .json("shapes", json_lines(objects))
             .str() +
         '\n';
}

std::string as_text(const sql::Shapes& found) {
  std::string out;
  for (std::size_t i = 0; i < found.shapes.size(); ++i) {
    const sql::Shape& shape = found.shapes[i];
    out += fmt::format("-- shape {}{}\n{}\n", i + 1, shape.when.empty() ? "" : ": " + shape.when,
                       shape.sql.substr(0, shape.sql.find_last_not_of(" \n\t") + 1));
    for (std::size_t n = 0; n < shape.parameters.size(); ++n) {
      out += fmt::format("-- ${} = {}\n", n + 1, shape.parameters[n]);
    }
    for (const std::string& each : shape.by_value) {
      out += fmt::format("-- a value decides the text of {}\n", each);
    }
    out += '\n';
  }
  out += fmt::format("({} shape{}", found.shapes.size(), found.shapes.size() == 1 ? "" : "s");
  if (!found.complete) out += fmt::format(", not all: {}", fmt::join(found.reasons, ", "));
  return out + ")\n";
}

}  // namespace

int show_shapes(const Request& request, const Settings& settings, Output& out) {
  const TemplateSource source = open_templates(request, settings);
  const Client client(client_settings(settings, source));
  const sql::Shapes found =
      sql::shapes(client.environment().get_template(source.name), {.shapes = request.most_shapes});
  out.write(request.format == OutputFormat::Json ? as_json(source.name, found) : as_text(found));
  return kSuccess;
}

}  // namespace pgjinja::cli
