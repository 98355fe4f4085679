#include "cli/sql_case.hpp"

#include "cli/program.hpp"
#include "cli/value_json.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <map>
#include <memory>
#include <sstream>

namespace pgjinja::test {

std::string SqlCase::text(std::string_view name) const {
  const Value found = field(name);
  return found.is_null() ? std::string() : std::string(found.as_text());
}

Value SqlCase::field(std::string_view name) const {
  const Value* found = line_.as_map().find(name);
  return found == nullptr ? Value() : *found;
}

Context SqlCase::context() const {
  const Value given = field("context");
  return given.is_null() ? Context() : Context(Map(given.as_map()));
}

Client SqlCase::client() const {
  std::map<std::string, std::string> templates = {{"main", text("template")}};
  const Value others = field("templates");
  if (others.is_map()) {
    for (const Map::Entry& entry : others.as_map()) {
      templates.emplace(entry.key.as_text(), entry.value.as_text());
    }
  }
  return Client({.loader = std::make_shared<jinja::MapLoader>(std::move(templates))});
}

std::vector<SqlCase> sql_cases(const std::filesystem::path& file) {
  std::vector<SqlCase> cases;
  std::istringstream lines(contents(std::filesystem::path(PGJINJA_TEST_DATA) / file));
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    cases.emplace_back(cli::read_json(line, file.string() + ":" + std::to_string(number)));
  }
  return cases;
}

}  // namespace pgjinja::test
