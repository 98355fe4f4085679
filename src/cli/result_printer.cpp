#include "cli/result_printer.hpp"

#include "cli/field_forms.hpp"
#include "cli/json_object.hpp"
#include "cli/table.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

void print_table(const Result& result, Output& out) {
  Table table(Output::coloured());
  for (const pg::Column& column : result.columns()) {
    table.add_column(column.name, is_number_type(column.type));
  }
  std::vector<std::optional<std::string>> fields(result.columns().size());
  for (const Row& row : result) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Value field = row.at(i).value();
      fields[i] = field.is_null() ? std::nullopt
                                  : std::optional(field_text(field, result.columns()[i].type));
    }
    table.add_row(fields);
  }
  out.write(table.to_string());
  out.write(fmt::format("({} row{})\n", result.size(), result.size() == 1 ? "" : "s"));
}

void print_json(const Result& result, Output& out) {
  std::string field;
  for (const Row& row : result) {
    JsonObject object;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const pg::Column& column = result.columns()[i];
      field.clear();
      append_field_json(field, row.at(i).value(), column.type);
      object.json(column.name, field);
    }
    out.write((row.number() == 1 ? "[\n" : ",\n") + object.str());
  }
  out.write(result.empty() ? "[]\n" : "\n]\n");
}

void print_csv(const Result& result, Output& out) {
  std::string line;
  for (const pg::Column& column : result.columns()) {
    line.append(line.empty() ? "" : ",").append(csv_field(column.name));
  }
  out.write(line + "\r\n");
  for (const Row& row : result) {
    line.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Value field = row.at(i).value();
      if (i != 0) line += ',';
      if (!field.is_null()) line += csv_field(field_text(field, result.columns()[i].type));
    }
    out.write(line + "\r\n");
  }
}

void print_tag(const Result& result, OutputFormat format, Output& out) {
  switch (format) {
    case OutputFormat::Csv: report(result.tag()); return;
    case OutputFormat::Json:
      out.write(JsonObject().text("tag", result.tag()).number("rows", result.affected()).str() +
                '\n');
      return;
    default: out.write(result.tag() + '\n');
  }
}

}  // namespace

void print_result(const Result& result, OutputFormat format, Output& out) {
  if (result.columns().empty() && !result.tag().starts_with("SELECT")) {
    return print_tag(result, format, out);
  }
  switch (format) {
    case OutputFormat::Json: return print_json(result, out);
    case OutputFormat::Csv: return print_csv(result, out);
    default: return print_table(result, out);
  }
}

std::string csv_field(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace pgjinja::cli
