#include "cli/template_source.hpp"

#include "cli/files.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

/// One text on top of what another loader has.
class GivenLoader final : public jinja::Loader {
 public:
  GivenLoader(Given given, std::shared_ptr<const jinja::Loader> below)
      : given_(std::move(given)), below_(std::move(below)) {}

  [[nodiscard]] std::optional<jinja::Source> load(std::string_view name) const override {
    if (name == given_.name) return jinja::Source{given_.name, given_.name, given_.text};
    return below_ == nullptr ? std::nullopt : below_->load(name);
  }
  [[nodiscard]] std::vector<std::string> list() const override {
    return below_ == nullptr ? std::vector<std::string>{} : below_->list();
  }

 private:
  Given given_;
  std::shared_ptr<const jinja::Loader> below_;
};

/// The templates of `--env` on top of the directories.
class TextsLoader final : public jinja::Loader {
 public:
  TextsLoader(std::map<std::string, std::string> texts, std::shared_ptr<const jinja::Loader> below)
      : texts_(std::move(texts)), below_(std::move(below)) {}

  [[nodiscard]] std::optional<jinja::Source> load(std::string_view name) const override {
    std::optional<jinja::Source> found = texts_.load(name);
    return found || below_ == nullptr ? found : below_->load(name);
  }
  [[nodiscard]] std::vector<std::string> list() const override {
    std::vector<std::string> names = texts_.list();
    if (below_ == nullptr) return names;
    std::vector<std::string> all;
    std::ranges::set_union(names, below_->list(), std::back_inserter(all));
    return all;
  }

 private:
  jinja::MapLoader texts_;
  std::shared_ptr<const jinja::Loader> below_;
};

/// A file may begin with a byte order mark, which is no text of it; the command line has none.
Given read_source(std::string_view argument) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  Given given = read_argument(argument, "<source>");
  if (argument.starts_with('@') && given.text.starts_with(kByteOrderMark)) {
    given.text.erase(0, kByteOrderMark.size());
  }
  return given;
}

std::shared_ptr<const jinja::Loader> open_directories(const Settings& settings) {
  if (settings.templates.empty()) return nullptr;
  return std::make_shared<jinja::DirectoryLoader>(settings.templates,
                                                  settings.limits.template_bytes);
}

}  // namespace

TemplateSource open_templates(const Request& request, const Settings& settings,
                              const std::optional<std::map<std::string, std::string>>& texts) {
  std::shared_ptr<const jinja::Loader> loader = open_directories(settings);
  if (texts) loader = std::make_shared<TextsLoader>(*texts, std::move(loader));
  if (request.source) {
    Given given = read_source(*request.source);
    std::string name = given.name;
    return {std::make_shared<GivenLoader>(std::move(given), std::move(loader)), std::move(name)};
  }
  if (loader == nullptr) {
    throw Error(ErrorKind::Config, "no directory of templates is named")
        .hint(
            "give --templates DIR, set PGJINJA_TEMPLATES, or write templates = [\"DIR\"] in "
            "pgjinja.toml");
  }
  return {std::move(loader), request.names.empty() ? "" : request.names.front()};
}

}  // namespace pgjinja::cli
