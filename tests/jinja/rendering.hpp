#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// What one template renders to, for tests that compare texts.
class Rendering {
 public:
  explicit Rendering(Options options = {}, std::map<std::string, std::string> templates = {})
      : environment(options, std::make_shared<MapLoader>(std::move(templates))) {}

  Fragment fragment(std::string_view text, const Context& context = {}) const {
    return environment.compile("main", std::string(text)).render(context);
  }
  std::string text(std::string_view source, const Context& context = {}) const {
    return fragment(source, context).to_text();
  }
  /// "kind: message" of the error that it ends with; the text after "no error: " if there is none.
  std::string error(std::string_view source, const Context& context = {}) const {
    try {
      return "no error: " + text(source, context);
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + ": " + error.message();
    }
  }
  /// The text, or the error as above.
  std::string outcome(std::string_view source, const Context& context = {}) const {
    const std::string failed = error(source, context);
    constexpr std::string_view kNone = "no error: ";
    return failed.starts_with(kNone) ? failed.substr(kNone.size()) : failed;
  }

  Environment environment;
};

/// The pieces of a fragment, apart: text as it is, values in angle brackets as Python shows them.
inline std::string pieces(const Fragment& fragment) {
  std::string out;
  for (const Piece& piece : fragment.pieces()) {
    if (piece.text != nullptr) {
      out += piece.text->text;
    } else {
      Fragment one;
      one.append(piece.value);
      out += "<" + one.to_text() + ">";
    }
  }
  return out;
}

}  // namespace pgjinja::jinja
