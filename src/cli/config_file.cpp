#include "cli/config_file.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace pgjinja::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kKeys = "templates, dsn, allow_raw and [limits]";
constexpr std::string_view kLimitKeys =
    "instructions, output_bytes, pieces, call_depth, nesting, range_items and template_bytes";

/// "Error while parsing array: expected …" in this project's words.
std::string plain_message(std::string_view description) {
  constexpr std::string_view kStart = "Error while parsing ";
  if (description.starts_with(kStart)) description.remove_prefix(kStart.size());
  return fmt::format("this is no valid TOML: {}", description);
}

/// A line that holds a connection string is shown up to its value: there may be a password in it.
void hide_secret(SourcePlace& place) {
  constexpr std::array<std::string_view, 3> kSigns = {"://", "password", "dsn"};
  const auto stands_in = [&place](std::string_view sign) {
    return place.text.find(sign) != std::string::npos;
  };
  if (std::none_of(kSigns.begin(), kSigns.end(), stands_in)) return;
  const std::size_t value = place.text.find_first_of("=\"'");
  if (value == std::string::npos) {
    place.text.clear();
  } else {
    place.text = place.text.substr(0, value + 1) + " …";
  }
}

/// Reads one file; each of its errors points at the line.
class Reader {
 public:
  Reader(const std::string& text, const fs::path& path) : text_(text), path_(path) {}

  ConfigFile read() {
    const toml::table table = parse();
    for (const auto& [key, node] : table) read_key(key, node);
    return std::move(config_);
  }

 private:
  [[nodiscard]] toml::table parse() const {
    try {
      return toml::parse(std::string_view(text_), path_.string());
    } catch (const toml::parse_error& error) {
      throw wrong(error.source(), plain_message(error.description()), "");
    }
  }

  void read_key(const toml::key& key, const toml::node& node) {
    const std::string_view name = key.str();
    if (name == "templates") return read_templates(node);
    if (name == "dsn") {
      config_.dsn = expect<std::string>(node, "a text: \"postgresql:///shop\"");
    } else if (name == "allow_raw") {
      config_.allow_raw = expect<bool>(node, "true or false");
    } else if (name == "limits" && node.is_table()) {
      for (const auto& [limit, value] : *node.as_table()) read_limit(limit, value);
    } else {
      throw unknown(key, kKeys);
    }
  }

  void read_templates(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      add_directory(node);
    } else {
      for (const toml::node& item : *list) add_directory(item);
    }
  }

  void add_directory(const toml::node& node) {
    const auto name = expect<std::string>(node, "directories: templates = [\"queries\"]");
    config_.templates.push_back(path_.parent_path() / name);
  }

  void read_limit(const toml::key& key, const toml::node& node) {
    jinja::Limits& limits = config_.limits;
    const std::string_view name = key.str();
    if (name == "instructions") return set_limit(limits.instructions, node);
    if (name == "output_bytes") return set_limit(limits.output_bytes, node);
    if (name == "pieces") return set_limit(limits.pieces, node);
    if (name == "call_depth") return set_limit(limits.call_depth, node);
    if (name == "nesting") return set_limit(limits.nesting, node);
    if (name == "range_items") return set_limit(limits.range_items, node);
    if (name == "template_bytes") return set_limit(limits.template_bytes, node);
    throw unknown(key, kLimitKeys);
  }

  template <class Limit>
  void set_limit(Limit& limit, const toml::node& node) const {
    const auto number = expect<std::int64_t>(node, "a whole number");
    // What no machine type of a limit holds is no limit that anyone meant.
    if (number < 1 || number > std::numeric_limits<std::int32_t>::max() * std::int64_t{1000} ||
        static_cast<std::uint64_t>(number) > std::numeric_limits<Limit>::max()) {
      throw wrong(node.source(), fmt::format("a limit of {} is out of range", number),
                  "a limit is a whole number from 1 on");
    }
    limit = static_cast<Limit>(number);
  }

  template <class T>
  [[nodiscard]] T expect(const toml::node& node, std::string_view wanted) const {
    if (const std::optional<T> value = node.value_exact<T>()) return *value;
    throw wrong(node.source(), "a value of the wrong type", fmt::format("this takes {}", wanted));
  }

  [[nodiscard]] Error unknown(const toml::key& key, std::string_view known) const {
    return wrong(key.source(), fmt::format("the key '{}' is unknown", key.str()),
                 fmt::format("known are {}", known));
  }

  [[nodiscard]] Error wrong(const toml::source_region& where, std::string message,
                            std::string hint) const {
    Error error(ErrorKind::Config, std::move(message));
    if (const std::optional<std::size_t> offset = offset_of(where.begin)) {
      const bool one_line = where.end.line == where.begin.line;
      const std::size_t length = one_line && where.end.column > where.begin.column
                                     ? where.end.column - where.begin.column
                                     : 1;
      SourcePlace place = locate(path_.string(), text_, *offset, length);
      hide_secret(place);
      error.at(std::move(place));
    }
    if (!hint.empty()) error.hint(std::move(hint));
    return error;
  }

  /// Lines and columns, both from 1, as a byte offset; columns count code points.
  [[nodiscard]] std::optional<std::size_t> offset_of(toml::source_position at) const {
    if (at.line == 0) return std::nullopt;
    std::size_t offset = 0;
    for (auto line = at.line; line > 1; --line) {
      offset = text_.find('\n', offset);
      if (offset == std::string::npos) return text_.size();
      ++offset;
    }
    for (auto column = at.column; column > 1 && offset < text_.size(); --column) {
      do ++offset;
      while (offset < text_.size() && (static_cast<unsigned char>(text_[offset]) & 0xC0U) == 0x80U);
    }
    return offset;
  }

  const std::string& text_;
  const fs::path& path_;
  ConfigFile config_;
};

}  // namespace

ConfigFile parse_config(const std::string& text, const fs::path& path) {
  return Reader(text, path).read();
}

std::optional<fs::path> find_config() {
  std::error_code error;
  fs::path here = fs::current_path(error);
  for (fs::path up; !error; up /= "..") {
    if (fs::path file = up / "pgjinja.toml"; fs::exists(file, error)) return file;
    if (!here.has_relative_path()) break;
    here = here.parent_path();
  }
  return std::nullopt;
}

}  // namespace pgjinja::cli
