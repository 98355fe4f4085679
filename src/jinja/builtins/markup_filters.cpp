#include "jinja/builtins/html_text.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/builtins/urlize.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_splitting.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

// The filters that make or read HTML. There is no type for text that is HTML already: what they
// give is text like any other.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

Value escape(const Value& value, const Args& args) {
  args.allow("escape", 0, {});
  return html_escaped(plain_text(value));
}
Value safe(const Value& value, const Args& args) {
  args.allow("safe", 0, {});
  return plain_text(value);
}
Value striptags(const Value& value, const Args& args) {
  args.allow("striptags", 0, {});
  return html_unescaped(without_tags(plain_text(value)));
}

/// An attribute's name with one of these would become something else.
void check_attribute_name(std::string_view name) {
  if (name.find_first_of(" \t\n\r\f\v/>=") == std::string_view::npos) return;
  fail(fmt::format("'{}' is no name of an attribute: it has white space, '/', '>' or '='", name));
}

Value xmlattr(const Value& value, const Args& args) {
  args.allow("xmlattr", 1, {"autospace"});
  demand_defined(value);
  if (!value.is_map()) fail(fmt::format("xmlattr takes a map, not {}", kind_of(value)));
  std::string out;
  for (const Map::Entry& entry : value.as_map()) {
    if (entry.value.is_null() || entry.value.is_undefined()) continue;
    check_attribute_name(as_text(entry.key));
    if (!out.empty()) out += ' ';
    out += html_escaped(entry.key.as_text());
    out += "=\"";
    out += html_escaped(plain_text(entry.value));
    out += '"';
    check_result_size(out.size());
  }
  if (!out.empty() && flag_or(args, 0, "autospace", true)) out.insert(0, 1, ' ');
  return out;
}

/// The words of `rel`, in order and each once, with what Jinja2 adds.
std::string relation(const Args& args) {
  std::set<std::string, std::less<>> words = {"noopener"};
  if (flag_or(args, 1, "nofollow", false)) words.insert("nofollow");
  const Value* given = if_given(args, 3, "rel");
  if (given != nullptr && truthy(*given)) {
    for (const Value& word : split_words(as_text(*given))) {
      words.insert(std::string(word.as_text()));
    }
  }
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

Value urlize_filter(const Value& value, const Args& args) {
  args.allow("urlize", 5, {"trim_url_limit", "nofollow", "target", "rel", "extra_schemes"});
  UrlizeOptions options;
  if (const Value* limit = if_given(args, 0, "trim_url_limit")) options.limit = as_integer(*limit);
  options.rel = html_escaped(relation(args));
  if (const Value* target = if_given(args, 2, "target"); target != nullptr && truthy(*target)) {
    options.target = html_escaped(plain_text(*target));
  }
  if (const Value* schemes = if_given(args, 4, "extra_schemes")) {
    for (const Value& each : iterate(*schemes)) options.schemes.emplace_back(as_text(each));
  }
  for (const std::string& scheme : options.schemes) check_scheme(scheme);
  return urlize(html_escaped(plain_text(value)), options);
}

constexpr NamedFilter kFilters[] = {
    {"e", escape},        {"escape", escape},       {"forceescape", escape},
    {"safe", safe},       {"striptags", striptags}, {"urlize", urlize_filter},
    {"xmlattr", xmlattr},
};

}  // namespace

void install_markup_filters(EnvironmentState& state) { add_filters(state, kFilters); }

}  // namespace pgjinja::jinja
