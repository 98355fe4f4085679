// Any bytes as a template, compiled and rendered in both ways of capturing: text or an Error. With
// fragments front matter is read, and queries are found in it.

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace pgjinja;
using namespace pgjinja::jinja;

/// Of a language without comments whose strings stand in '…'.
TextSummary summarise(std::string_view text) {
  const auto quotes = std::count(text.begin(), text.end(), '\'');
  return {.has_code = text.find_first_not_of(" \n") != std::string_view::npos,
          .open_ended = quotes % 2 == 1};
}

Options tight(Captures captures, UndefinedPolicy undefined) {
  Options options;
  options.captures = captures;
  options.undefined = undefined;
  if (captures == Captures::Fragment) {
    options.front_matter = true;
    options.summarise = &summarise;
  }
  options.trim_blocks = options.lstrip_blocks = captures == Captures::Fragment;
  options.limits.instructions = 20'000;
  options.limits.output_bytes = 1U << 16U;
  options.limits.call_depth = 30;
  options.limits.nesting = 60;
  options.limits.range_items = 1000;
  return options;
}

Context context() {
  return {{"a", 1},
          {"b", "a text that is not stored inside"},
          {"c", 2.5},
          {"f", Value::bytes("\xff")},
          {"m", Value(Map{{"k", 1}, {"items", Value::list({1, 2})}})},
          {"n", nullptr},
          {"xs", Value::list({1, "b", 3.5, Value::tuple({1, 2}), nullptr})}};
}

void render(const Environment& environment, std::string_view text) {
  static const Context kContext = context();
  try {
    static_cast<void>(
        environment.compile("fuzz", std::string(text)).render(kContext).to_text().size());
  } catch (const Error&) {
    // Refusing is what hostile bytes are for.
  }
}

/// The input is also the source that `{% include 'self' %}` finds, and its errors are collected.
class Self final : public Loader {
 public:
  explicit Self(std::string_view text) : text_(text) {}
  [[nodiscard]] std::optional<Source> load(std::string_view name) const override {
    if (name != "self") return std::nullopt;
    return Source{"self", "self", std::string(text_)};
  }
  [[nodiscard]] std::vector<std::string> list() const override { return {"self"}; }

 private:
  std::string_view text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loader = std::make_shared<Self>(text);
  const Environment texts(tight(Captures::Text, UndefinedPolicy::Default), loader);
  const Environment fragments(tight(Captures::Fragment, UndefinedPolicy::Unprintable), loader);
  render(texts, text);
  render(fragments, text);
  for (const std::string& name : fragments.list()) {  // "self", or the queries in it
    static_cast<void>(fragments.diagnose(name));
  }
  return 0;
}
