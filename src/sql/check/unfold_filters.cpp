#include "sql/check/unfolding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

using Kind = Symbolic::Kind;

namespace {

Sym failure(std::string_view rule = {}, std::optional<Error> error = std::nullopt) {
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Failure, .fragment = failed(rule, std::move(error))});
}

/// Filters of lists that leave the number of items as it is, or at least whether there are any.
bool keeps_emptiness(std::string_view filter) {
  static constexpr std::array<std::string_view, 6> kNames = {"list",     "sort",  "reverse",
                                                             "dictsort", "items", "unique"};
  return std::ranges::count(kNames, filter) > 0;
}

bool is_constant(const Sym& value) { return value->kind == Kind::Constant; }

}  // namespace

Sym Unfolding::Given::get(std::size_t index, std::string_view name) const {
  if (index < positional.size()) return positional[index];
  const auto found = std::ranges::find(named, name, [](const auto& n) { return n.first; });
  return found == named.end() ? nullptr : found->second;
}

Unfolding::Given Unfolding::arguments(const Expr& expr, Frame& f) {
  Given given;
  for (const Expr* each : expr.args.positional) {
    const std::size_t i = given.positional.size();
    if (i < 32 && each->kind == jinja::ast::ExprKind::Text) given.literals.positional |= 1U << i;
    given.positional.push_back(eval(*each, f));
  }
  for (const jinja::ast::Keyword& each : expr.args.keywords) {
    const std::size_t i = given.named.size();
    if (i < 32 && each.value->kind == jinja::ast::ExprKind::Text) given.literals.named |= 1U << i;
    given.named.emplace_back(each.name, eval(*each.value, f));
  }
  given.spread = expr.args.star != nullptr || expr.args.double_star != nullptr;
  return given;
}

/// `first_input` is what a filter block or set block gives the innermost of its filters.
Sym Unfolding::filter(const Expr& expr, Frame& f, const Sym& first_input) {
  Sym input = first_input;
  if (expr.a != nullptr) {
    const bool chained = expr.a->kind == jinja::ast::ExprKind::Filter;
    input = chained ? filter(*expr.a, f, first_input) : eval(*expr.a, f);
  }
  return filtered(expr, input, arguments(expr, f), f);
}

Sym Unfolding::filtered(const Expr& expr, const Sym& input, const Given& given, const Frame& f) {
  const auto entry = environment_.filters.find(expr.text);
  if (entry == environment_.filters.end() || input == nullptr) return failure();
  if (input->kind == Kind::Failure || input->kind == Kind::Opaque) return input;
  if (expr.text == "attr") {  // it may give a method, also one that changes things
    ++changes_;
    return opaque("an attribute that a text names");
  }
  const std::string_view name = entry->first;
  if (name == "default" || name == "d") return default_filter(input, given, std::string(name));
  if (input->kind == Kind::Choice) {
    return choice(input->atom, filtered(expr, input->items[0], given, f),
                  filtered(expr, input->items[1], given, f));
  }
  if (is_sealed(input) == true) {
    if (entry->second.accepts == jinja::Accepts::SealedValues) {
      return name == "raw" || name == "sqlsafe" ? input
                                                : opaque(fmt::format("the filter '{}'", name));
    }
    const bool text = input->kind == Kind::Fragment;
    return failure(
        "filter-on-mark",
        Error(ErrorKind::Binding, fmt::format("the filter '{}' would lose what a {} stands for",
                                              name, text ? "fragment" : "mark"))
            .at(f.of.place(expr.begin, expr.text.size()))
            .hint(fmt::format("apply '{}' before it", name)));
  }
  return applied(entry->second, name, input, given);
}

Sym Unfolding::default_filter(const Sym& input, const Given& given, const std::string& text) {
  Sym fallback = given.get(0, "default_value");
  if (fallback == nullptr) fallback = constant(Value(""));
  const Sym also_false = given.get(1, "boolean");
  const bool by_truth = also_false != nullptr && truth(also_false)->kind == Kind::Constant &&
                        truth(also_false)->constant.as_bool();
  if (by_truth) return select(truth(input), input, fallback);
  switch (input->kind) {
    case Kind::Undefined: return fallback;
    case Kind::Choice:
      return choice(input->atom, default_filter(input->items[0], given, text),
                    default_filter(input->items[1], given, text));
    case Kind::Data:
      return choice({Atom::Asks::Defined,
                     input->key,
                     {},
                     input->loops,
                     fmt::format("{} is defined", input->key)},
                    input, fallback);
    default: return input;
  }
}

Sym Unfolding::applied(const jinja::FilterEntry& entry, std::string_view name, const Sym& input,
                       const Given& given) {
  if (entry.makes == jinja::Makes::Marks) return marked(entry, name, input, given);
  if (name == "map") return map_filter(input, given, std::string(name));
  if (name == "join") return joined(input, given, std::string(name));
  if (input->kind == Kind::Many && keeps_emptiness(name)) return input;
  if (input->kind == Kind::Many && (name == "first" || name == "last")) return input->items[0];
  std::vector<Sym> parts = {input};
  parts.insert(parts.end(), given.positional.begin(), given.positional.end());
  for (const auto& [unused, value] : given.named) parts.push_back(value);
  if (input->kind == Kind::Many) return opaque(fmt::format("the filter '{}' on marks", name));
  if (input->kind == Kind::Undefined) return computed(fmt::format("|{}", name), {});
  Sym made = computed(fmt::format("|{}", name), parts);
  if (made->kind != Kind::Data || input->kind != Kind::Data || !keeps_emptiness(name)) return made;
  Symbolic kept = *made;
  kept.count_key = input->count_key;
  return std::make_shared<const Symbolic>(std::move(kept));
}

namespace {

/// Values of which a filter takes one that it can make a mark of.
std::vector<Value> samples(const Sym& input, const std::vector<Value>& args) {
  const std::string name = input->key.empty() || input->key.size() > 63 ? "name" : input->key;
  std::vector<Value> keys = {Value("column")};
  if (!args.empty() && args.front().is_list() && !args.front().as_list().empty()) {
    keys.clear();
    for (const Value& key : args.front().as_list()) keys.push_back(key);
  }
  Map map;
  for (const Value& key : keys) map.set(key, Value(1));
  return {Value(name), Value::list({1}),          Value::list({Value::list({1})}),
          Value(map),  Value::list({Value(map)}), Value(1)};
}

struct ConstantArguments {
  std::vector<Value> positional;
  std::vector<jinja::Args::Named> named;
};

}  // namespace

/// What a filter that makes marks gives: exactly, if all is known; else one of many.
Sym Unfolding::marked(const jinja::FilterEntry& entry, std::string_view name, const Sym& input,
                      const Given& given) {
  if (name == "one_of" && input->kind == Kind::Data) return one_of(entry, input, given);
  ConstantArguments args;
  for (const Sym& each : given.positional) {
    args.positional.push_back(is_constant(each) ? each->constant : Value("name"));
  }
  for (const auto& [key, each] : given.named) {
    args.named.emplace_back(key, is_constant(each) ? each->constant : Value("name"));
  }
  const bool known = input->kind == Kind::Constant;
  if (!known && input->kind != Kind::Data && input->kind != Kind::Items) return failure();
  const jinja::Args all(args.positional, args.named, given.literals);
  const std::vector<Value> tried =
      known ? std::vector<Value>{input->constant} : samples(input, args.positional);
  for (const Value& sample : tried) {
    try {
      Value mark = entry.function(sample, all);
      if (known) return from_value(mark);
      return std::make_shared<const Symbolic>(
          Symbolic{.kind = Kind::Marked, .key = std::string(name), .constant = std::move(mark)});
    } catch (
        const Error&) {  // no sample for this filter, or a constant that every rendering refuses
      continue;
    }
  }
  return known ? failure() : opaque(fmt::format("the filter '{}'", name));
}

Sym Unfolding::one_of(const jinja::FilterEntry& entry, const Sym& input, const Given& given) {
  std::vector<Value> words;
  for (const Sym& each : given.positional) {
    if (!is_constant(each) || !each->constant.is_text()) return failure();
    words.push_back(each->constant);
  }
  if (words.size() > 31 || !given.named.empty()) return failure();
  Sym made = failure();
  for (std::size_t i = words.size(); i-- > 0;) {
    const Sym word = from_value(entry.function(words[i], jinja::Args(words, {}, given.literals)));
    made = select(equals(input, constant(words[i])), word, made);
  }
  return made;
}

Sym Unfolding::map_filter(const Sym& input, const Given& given, const std::string& text) {
  const bool named = !given.positional.empty() && is_constant(given.positional.front()) &&
                     given.positional.front()->constant.is_text();
  const auto entry = named ? environment_.filters.find(given.positional.front()->constant.as_text())
                           : environment_.filters.end();
  if (entry == environment_.filters.end()) return computed("|" + text, {input});
  Given rest = given;
  rest.positional.erase(rest.positional.begin());
  rest.literals.positional >>= 1U;
  std::vector<Sym> items;
  if (input->kind == Kind::Items) items = input->items;
  if (is_constant(input) && input->constant.is_list()) {
    for (const Value& each : input->constant.as_list()) items.push_back(from_value(each));
  }
  if (input->kind != Kind::Data) {
    if (input->kind != Kind::Items && !is_constant(input)) return opaque("the filter 'map'");
    for (Sym& each : items) {
      each = entry->first == "default" ? default_filter(each, rest, text)
                                       : applied(entry->second, entry->first, each, rest);
      if (each->kind == Kind::Failure) return each;
    }
    return all_of(std::move(items));
  }
  Sym item = applied(entry->second, entry->first, data(input->key + "[]", input->loops), rest);
  if (item->kind == Kind::Failure || item->kind == Kind::Opaque) return item;
  if (is_sealed(item) == false) {
    Symbolic kept = *computed("|map", {input});
    kept.count_key = input->count_key;
    return std::make_shared<const Symbolic>(std::move(kept));
  }
  return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Many,
                                                   .key = input->key,
                                                   .loops = input->loops,
                                                   .count_key = input->count_key,
                                                   .items = {item}});
}

/// The separator of a join as text of the statement; empty if there is none, null if it is no
/// literal.
SkeletonPtr Unfolding::separator(const Given& given) {
  const Sym text = given.get(0, "d");
  if (text == nullptr) return sequence({});
  if (!is_constant(text) || !text->constant.is_text()) return nullptr;
  if (text->constant.as_text().empty()) return sequence({});
  const bool literal = (given.literals.positional & 1U) != 0 || (given.literals.named & 1U) != 0;
  if (!literal) return nullptr;
  // The value owns the text, and a short text moves with its value.
  const auto node = std::make_shared<Skeleton>(
      Skeleton{.kind = Skeleton::Kind::Text, .way = way_, .value = text->constant});
  node->text.text = node->value.as_text();
  node->text.source = site_.source;
  node->text.literal_size = static_cast<std::uint32_t>(node->text.text.size());
  return node;
}

Sym Unfolding::joined(const Sym& input, const Given& given, const std::string& text) {
  std::vector<Sym> items;
  if (input->kind == Kind::Items) items = input->items;
  const bool any_sealed =
      input->kind == Kind::Many ||
      std::ranges::any_of(items, [](const Sym& each) { return is_sealed(each) != false; });
  if (!any_sealed) {
    std::vector<Sym> parts = {input};
    parts.insert(parts.end(), given.positional.begin(), given.positional.end());
    return computed("|" + text, parts);
  }
  const SkeletonPtr between = separator(given);
  if (between == nullptr) return failure();
  if (input->kind == Kind::Items) {
    std::vector<SkeletonPtr> parts;
    for (const Sym& each : items) {
      if (!parts.empty()) parts.push_back(between);
      parts.push_back(printed(each, site_));
    }
    return fragment(sequence(std::move(parts)));
  }
  const SkeletonPtr one = printed(input->items[0], site_);
  const SkeletonPtr more = sequence({one, between});
  Skeleton node{.kind = Skeleton::Kind::Loop, .parts = {one, more, more, one}};
  node.loop = next_number();
  node.subject = input->count_key;
  node.place = site_.place();
  return fragment(std::make_shared<const Skeleton>(std::move(node)));
}

}  // namespace pgjinja::sql
