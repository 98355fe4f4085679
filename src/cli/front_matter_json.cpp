#include "cli/front_matter_json.hpp"

#include "cli/json_object.hpp"
#include "cli/value_json.hpp"

#include <string_view>
#include <vector>

namespace pgjinja::cli {

namespace {

std::string value_json(const Value& value) {
  std::string out;
  append_value_json(out, value);
  return out;
}

std::string parameter_json(const jinja::ParameterDeclaration& parameter) {
  JsonObject object;
  object.text("name", parameter.name)
      .text("type", parameter.type.name())
      .json("required", parameter.fallback ? "false" : "true");
  if (parameter.fallback) object.json("default", value_json(*parameter.fallback));
  return object.text("description", parameter.description)
      .number("line", parameter.place.line)
      .str();
}

std::string sort_key_json(const SortKey& key) {
  return JsonObject()
      .text("column", key.column)
      .text("order", key.descending() ? "desc" : "asc")
      .text("nulls", key.nulls_first() ? "first" : "last")
      .str();
}

std::string transform_json(const jinja::TransformDeclaration& transform) {
  std::vector<std::string> arguments;
  for (const Value& each : transform.arguments) arguments.push_back(value_json(each));
  return JsonObject().text("name", transform.name).json("arguments", json_array(arguments)).str();
}

}  // namespace

std::string front_matter_json(const jinja::FrontMatter& front_matter) {
  std::vector<std::string> parameters;
  for (const auto& each : front_matter.parameters) parameters.push_back(parameter_json(each));
  std::vector<std::string> tags;
  for (const std::string& tag : front_matter.tags) tags.push_back(json_string(tag));
  std::vector<std::string> sort;
  for (const auto& each : front_matter.sort) sort.push_back(sort_key_json(each.key));
  std::vector<std::string> transforms;
  for (const auto& each : front_matter.transforms) transforms.push_back(transform_json(each));
  const std::string_view returns =
      front_matter.returns ? jinja::cardinality_name(*front_matter.returns) : "";
  return JsonObject()
      .text("description", front_matter.description)
      .json("parameters", json_array(parameters))
      .text_or_null("returns", returns)
      .number_or_null("timeout_ms", front_matter.timeout ? front_matter.timeout->count() : 0)
      .text_or_null("plan", front_matter.plan ? jinja::plan_choice_name(*front_matter.plan) : "")
      .json("read_only", front_matter.read_only ? "true" : "false")
      .json("sort", json_array(sort))
      .json("transforms", json_array(transforms))
      .json("tags", json_array(tags))
      .str();
}

std::string declared_parameters(const jinja::FrontMatter& front_matter) {
  std::string out;
  for (const auto& each : front_matter.parameters) {
    if (!out.empty()) out += ", ";
    out += each.name + ": " + each.type.name();
    if (each.fallback) out += " = " + value_json(*each.fallback);
  }
  return out;
}

}  // namespace pgjinja::cli
