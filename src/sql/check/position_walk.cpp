#include "sql/check/position_walk.hpp"

#include "sql/check/rules.hpp"
#include "sql/mark.hpp"
#include "sql/note.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using Kind = Skeleton::Kind;

constexpr std::size_t kMostPaths = 200;

/// After an error: goes on as if what is glued were written apart.
void write_space(Path& path) {
  static const Skeleton kSpace{.kind = Kind::Text, .text = {.text = " "}};
  path.print(kSpace);
  path.at.read(" ", true);
  path.at.left = nullptr;
}

void append(jinja::Fragment& fragment, const Skeleton& node) {
  if (node.kind == Kind::Text) {
    fragment.append(node.text);
  } else {
    fragment.append(node.site, node.value);
  }
}

/// What may not be touched by anything that is printed, as the binder has it.
bool is_closed(Touch touch, const Value& value) {
  switch (touch) {
    case Touch::Word:
    case Touch::Number:
    case Touch::Dollar:
    case Touch::Parameter:
    case Touch::Identifier:
    case Touch::String:
    case Touch::DollarString:
    case Touch::Inside: return true;
    case Touch::UnicodePrefix: return value.as<IdentifierMark>() != nullptr;
    default: return false;
  }
}

std::string_view rule_inside(Region region) {
  switch (region) {
    case Region::LineComment:
    case Region::BlockComment: return "value-in-comment";
    case Region::QuotedIdentifier:
    case Region::UnicodeIdentifier: return "value-in-identifier";
    default: return "value-in-string";
  }
}

/// What the binder looks for when all has been written.
std::string_view rule_at_end(const Error& error, Region region) {
  if (region != Region::Code) return "text-left-open";
  if (error.message().find("is a sort key") != std::string::npos) return "sort-key";
  return error.message().find("numbered") != std::string::npos ? "numbered-parameter" : "nul-byte";
}

/// Where a text that follows would be: a line comment ends by itself.
Region left_in(const Path& path) {
  const Region region = path.at.scan.region();
  return region == Region::LineComment ? Region::Code : region;
}

/// The region that all of them are left in.
std::optional<Region> left_in(const Paths& paths) {
  if (paths.empty()) return std::nullopt;
  const Region first = left_in(paths.front());
  const bool same = std::ranges::all_of(paths, [&](const Path& p) { return left_in(p) == first; });
  return same ? std::optional(first) : std::nullopt;
}

}  // namespace

std::vector<jinja::Finding> PositionWalk::check(const Skeleton& skeleton) {
  for (const Path& path : run(skeleton)) end(path);
  return std::exchange(findings_, {});
}

bool PositionWalk::print(Path& path, const Skeleton& node, const Skeleton* behind) {
  if (node.kind == Kind::Text) {
    text(path, node, behind);
  } else {
    value(path, node, behind);
  }
  return true;
}

void PositionWalk::text(Path& path, const Skeleton& node, const Skeleton* behind) {
  const std::string_view text = node.text.text;
  if (text.empty()) return;
  Position& at = path.at;
  if (at.left != nullptr && beginning_of(byte_class(text.front())) == Beginning::Token) {
    refuse(path, "glued-value", &node, behind);
    write_space(path);
  }
  at.left = nullptr;
  at.read(text, false);
  const Note note(node.text.note != 0 ? node.text.note : annotate(text));
  at.numbered = at.numbered || note.has_parameter();
  path.print(node);
  if (!at.pending.empty()) {
    at.pending.push_back(&node);
    settle_sort_key(path);
  }
}

/// The SQL text of one value by itself.
std::string PositionWalk::text_of(const Skeleton& node) const {
  jinja::Fragment alone;
  append(alone, node);
  return binder_.bind(std::move(alone)).sql;
}

void PositionWalk::value(Path& path, const Skeleton& node, const Skeleton* behind) {
  Position& at = path.at;
  const Touch touch = at.scan.touch();
  if (at.left != nullptr || is_closed(touch, node.value)) {
    const bool inside = touch == Touch::Inside;
    refuse(path, inside ? rule_inside(at.scan.region()) : "glued-value", &node, behind);
    if (inside) return;
    write_space(path);
  }
  std::string sql;
  try {
    sql = text_of(node);
  } catch (const Error&) {  // no value that can be printed anywhere: not a matter of position
    return;
  }
  at.read("", true);
  if (at.key && at.pending.empty()) at.key_front = *at.key;
  const bool may_be_key = at.key.has_value() || !at.pending.empty();
  if (may_be_key && node.value.as<IdentifierMark>() == nullptr) at.pending.push_back(&node);
  at.bound = at.bound || sql.find('$') != std::string::npos;
  at.read(sql, true);
  at.left = &node.site;
  path.print(node);
}

/// A key of `ORDER BY` that holds parameters only is one if it ends as one: that is known when
/// enough has followed.
void PositionWalk::settle_sort_key(Path& path) {
  const auto refused = [&](std::string_view more) -> std::optional<Error> {
    const std::string front = "ORDER BY " + path.at.key_front;
    const jinja::Source* source = path.at.pending.front()->site.source;
    const jinja::TextConstant before{.text = front, .source = source};
    const jinja::TextConstant after{.text = more, .source = source};
    jinja::Fragment fragment;
    fragment.append(before);
    for (const Skeleton* node : path.at.pending) append(fragment, *node);
    if (!more.empty()) fragment.append(after);
    try {
      static_cast<void>(binder_.bind(std::move(fragment)));
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  };
  const auto is_sort_key = [](const std::optional<Error>& error) {
    return error && error->message().find("is a sort key") != std::string::npos;
  };
  const auto now = refused("");
  if (now && !is_sort_key(now)) return;  // something is still open: later
  const auto later = now ? refused("\n+ 1") : std::nullopt;
  if (now && !is_sort_key(later)) return;  // it may still become an expression
  if (now) report(path, "sort-key", *now, path.at.pending.front()->way);
  path.at.pending.clear();
  path.at.key_front.clear();
}

void PositionWalk::end(const Path& path) {
  try {
    static_cast<void>(binder_.bind(fragment_of(path)));
  } catch (const Error& error) {
    report(path, rule_at_end(error, left_in(path)), error, nullptr);
  }
}

/// What a finding is about is left out, to find what is behind it.
bool PositionWalk::passes(const Path& path, const Skeleton& node) {
  if (node.error) {
    report(path, node.rule, *node.error, node.way);
  } else if (node.kind == Kind::Unknown) {
    report(path, "not-followed",
           Error(ErrorKind::Binding,
                 fmt::format("positions behind this place are not checked: {}", node.reason))
               .at(node.place),
           nullptr);
  }
  return node.error.has_value();
}

void PositionWalk::joined(const Skeleton& choice, const Paths& yes, const Paths& no) {
  const auto first = left_in(yes);
  const auto second = left_in(no);
  if (!choice.tells || !first || !second || *first == *second) return;
  report({}, "branch-state",
         Error(ErrorKind::Binding,
               fmt::format("one branch leaves the text in {}, and the other one in {}",
                           region_name(*first), region_name(*second)))
             .at(choice.place)
             .hint("close in each branch what it opens"),
         nullptr);
}

void PositionWalk::merge(Paths& paths) {
  Paths kept;
  for (Path& path : paths) {
    const auto same =
        std::ranges::find_if(kept, [&](const Path& other) { return other.at.same_as(path.at); });
    if (same == kept.end()) {
      if (kept.size() < kMostPaths) {
        kept.push_back(std::move(path));
      } else {
        leave_out(path);
      }
    } else {
      same->assumed.keep_common(path.assumed);
    }
  }
  paths = std::move(kept);
}

/// Time is bounded, whatever a template looks like; that something was left out is said.
void PositionWalk::leave_out(const Path& path) {
  if (std::exchange(left_out_, true)) return;
  Error error(ErrorKind::Binding,
              fmt::format("there are more than {} ways up to here that leave the text in different "
                          "places; those beyond are not checked",
                          kMostPaths));
  if (path.printed != nullptr) {
    const Skeleton& last = *path.printed->node;
    error.at(last.kind == Kind::Print ? last.site.place()
                                      : last.text.source->place(last.text.offset));
  }
  report({}, "not-followed", std::move(error), nullptr);
}

void PositionWalk::refuse(const Path& path, std::string_view rule, const Skeleton* node,
                          const Skeleton* behind) {
  if (!refused_.insert({node, path.at.left, path.at.scan.region()}).second) return;
  jinja::Fragment fragment = fragment_of(path);
  if (node != nullptr) append(fragment, *node);
  if (behind != nullptr && behind->kind == Kind::Text) append(fragment, *behind);
  try {
    static_cast<void>(binder_.bind(std::move(fragment)));
  } catch (const Error& error) {
    report(path, rule, error, node == nullptr ? nullptr : node->way);
  }
}

void PositionWalk::report(const Path& path, std::string_view rule, Error error, const WayPtr& way) {
  for (const Way* at = way.get(); at != nullptr; at = at->outer.get()) error.at(at->place);
  const std::string when = path.assumed.describe();
  if (!when.empty() && rule != "sort-key") error.detail("when " + when);
  const jinja::Rule& of = check_rule(rule);
  const auto place = [](const Error& e) {
    return e.places().empty() ? std::string()
                              : fmt::format("{}:{}:{}", e.places().front().name,
                                            e.places().front().line, e.places().front().column);
  };
  const bool known = std::ranges::any_of(findings_, [&](const jinja::Finding& other) {
    return other.rule == &of && place(other.error) == place(error) &&
           other.error.message() == error.message();
  });
  if (!known) findings_.push_back({&of, of.severity, std::move(error)});
}

}  // namespace pgjinja::sql
