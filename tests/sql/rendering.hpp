#pragma once

#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/binder.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace pgjinja::sql {

/// What each `{{ expression }}` of a text gives, by the expression as written.
using Printed = std::map<std::string, Value, std::less<>>;

/// A hand-made rendering: `text` is cut at its `{{ … }}`, with no engine between test and binder.
/// A vertical tab stands for a cut between two constant texts, as `{% if %}` makes one.
class Rendering {
 public:
  Rendering(std::string_view text, const Printed& values, bool annotated = true)
      : parts_(std::make_shared<Parts>()) {
    parts_->source = {"query", "query.sql", std::string(text)};
    const std::string_view all = parts_->source.text;
    std::size_t at = 0;
    while (at < all.size()) {
      const std::size_t end = std::min({all.find("{{", at), all.find('\v', at), all.size()});
      add_text(at, end, annotated);
      if (end == all.size()) break;
      at = all[end] == '\v' ? end + 1 : add_value(end, values);
    }
    fragment_.keep(parts_);
  }

  [[nodiscard]] jinja::Fragment fragment() const { return fragment_; }
  operator jinja::Fragment() const { return fragment_; }

 private:
  struct Parts {
    jinja::Source source;
    std::deque<jinja::TextConstant> texts;
    std::deque<jinja::PrintSite> sites;
  };

  void add_text(std::size_t begin, std::size_t end, bool annotated) {
    if (begin == end) return;
    const std::string_view text = std::string_view(parts_->source.text).substr(begin, end - begin);
    fragment_.append(parts_->texts.emplace_back(
        jinja::TextConstant{text, &parts_->source, static_cast<std::uint32_t>(begin), false,
                            annotated ? annotate(text) : 0}));
  }

  std::size_t add_value(std::size_t begin, const Printed& values) {
    const std::string_view all = parts_->source.text;
    const std::size_t end = all.find("}}", begin) + 2;
    const std::string_view inside = all.substr(begin + 2, end - begin - 4);
    const std::size_t first = inside.find_first_not_of(" -");
    const std::string_view expression =
        inside.substr(first, inside.find_last_not_of(" -") - first + 1);
    const auto& site = parts_->sites.emplace_back(
        jinja::PrintSite{&parts_->source, static_cast<std::uint32_t>(begin),
                         static_cast<std::uint32_t>(end - begin), expression});
    const auto value = values.find(expression);
    fragment_.append(site, value == values.end() ? Value::undefined(expression) : value->second);
    return end;
  }

  std::shared_ptr<Parts> parts_;
  jinja::Fragment fragment_;
};

}  // namespace pgjinja::sql
