#include "data_set.hpp"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using pgjinja::Context;
using pgjinja::Value;

/// One list per column, as a statement with unnest() takes them.
struct Columns {
  std::vector<std::string> names;
  std::vector<std::vector<Value>> values;
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (std::size_t tab = 0; (tab = line.find('\t', begin)) != std::string::npos; begin = tab + 1) {
    fields.push_back(line.substr(begin, tab - begin));
  }
  fields.push_back(line.substr(begin));
  return fields;
}

Columns read_columns(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) {
    throw pgjinja::Error(pgjinja::ErrorKind::Config, "cannot read " + file.string())
        .hint("'make demo' makes the data set");
  }
  Columns columns{split(line), {}};
  columns.values.resize(columns.names.size());
  while (std::getline(in, line)) {
    const std::vector<std::string> fields = split(line);
    for (std::size_t i = 0; i < columns.names.size(); ++i) {
      columns.values.at(i).push_back(fields.at(i) == "\\N" ? Value() : Value(fields.at(i)));
    }
  }
  return columns;
}

std::int64_t load(const pgjinja::Client& db, std::string_view name,
                  const std::filesystem::path& file) {
  Columns columns = read_columns(file);
  Context arguments;
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    arguments.set(columns.names[i], Value::list(std::move(columns.values[i])));
  }
  return db.execute(name, arguments);
}

}  // namespace

std::int64_t load_data_set(const pgjinja::Client& db, const std::filesystem::path& directory) {
  const std::int64_t countries = load(db, "load/countries", directory / "countries.tsv");
  return countries + load(db, "load/cities", directory / "cities.tsv");
}
