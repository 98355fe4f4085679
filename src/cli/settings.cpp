#include "cli/settings.hpp"

#include "cli/config_file.hpp"
#include "cli/files.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace pgjinja::cli {

namespace {

ConfigFile load_config(const Request& request, const Variables& variables) {
  std::optional<std::filesystem::path> path;
  if (!request.config.empty()) {
    path = request.config;
  } else if (auto named = variables("PGJINJA_CONFIG")) {
    path = *named;
  } else {
    path = find_config();
  }
  return path ? parse_config(read_file(path->string()), *path) : ConfigFile{};
}

std::vector<std::filesystem::path> split_directories(std::string_view list) {
  std::vector<std::filesystem::path> directories;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) directories.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return directories;
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Settings resolve_settings(const Request& request, const Variables& variables) {
  ConfigFile config = load_config(request, variables);
  Settings settings;
  settings.allow_raw = config.allow_raw;
  settings.limits = config.limits;
  if (!request.templates.empty()) {
    settings.templates.assign(request.templates.begin(), request.templates.end());
  } else if (const auto list = variables("PGJINJA_TEMPLATES")) {
    settings.templates = split_directories(*list);
  } else {
    settings.templates = std::move(config.templates);
  }
  if (!request.dsn.empty()) {
    settings.dsn = request.dsn;
  } else if (auto dsn = variables("PGJINJA_DSN")) {
    settings.dsn = std::move(*dsn);
  } else {
    settings.dsn = config.dsn.value_or("");
  }
  return settings;
}

}  // namespace pgjinja::cli
