#include "client/keyset.hpp"

#include "core/double_quoted.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace pgjinja {

namespace {

/// One key, and what it is compared with.
struct Term {
  std::string name;
  std::string value;  // "$3"; empty for null
  const KeysetKey* key;
  std::string_view beyond;  // the operator: ">", or "<" for a descending key

  [[nodiscard]] bool nulls_follow() const noexcept {
    return !key->not_null && !key->key.nulls_first();
  }
};

std::string quoted(std::string_view name) {
  std::string out;
  append_double_quoted(out, name);
  return out;
}

std::vector<Term> terms_of(std::span<const KeysetKey> keys, std::span<const Value> at,
                           std::size_t number) {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    terms.push_back({quoted(keys[i].key.column), at[i].is_null() ? "" : fmt::format("${}", number),
                     &keys[i], keys[i].key.descending() ? "<" : ">"});
    if (!at[i].is_null()) ++number;
  }
  return terms;
}

bool compare_as_rows(const std::vector<Term>& terms) {
  return std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
    return term.key->not_null && !term.value.empty() && term.beyond == terms.front().beyond;
  });
}

std::string row_comparison(const std::vector<Term>& terms, bool inclusive) {
  std::string names;
  std::string values;
  for (const Term& term : terms) {
    names += (names.empty() ? "" : ", ") + term.name;
    values += (values.empty() ? "" : ", ") + term.value;
  }
  return fmt::format("({}) {}{} ({})", names, terms.front().beyond, inclusive ? "=" : "", values);
}

std::string equal(const Term& term) {
  if (term.value.empty()) return term.name + " IS NULL";
  return fmt::format("{} = {}", term.name, term.value);
}

/// Behind the value, by this key alone; empty when nothing can be.
std::string beyond(const Term& term) {
  if (term.value.empty()) {
    return term.key->key.nulls_first() ? term.name + " IS NOT NULL" : std::string();
  }
  std::string text = fmt::format("{} {} {}", term.name, term.beyond, term.value);
  if (term.nulls_follow()) text = fmt::format("({} OR {} IS NULL)", text, term.name);
  return text;
}

/// What an index of the first key alone can begin at; empty when nulls may follow.
std::string bound(const Term& first) {
  if (first.value.empty() || first.nulls_follow()) return {};
  return fmt::format("{} {}= {} AND ", first.name, first.beyond, first.value);
}

/// Equal in the first keys, and beyond in the next: one alternative for each key.
std::string alternatives(const std::vector<Term>& terms, bool inclusive) {
  std::string all;
  std::string same;
  const auto add = [&](const std::string& last) {
    all += fmt::format("{}({}{})", all.empty() ? "" : " OR ", same, last);
  };
  for (const Term& term : terms) {
    if (const std::string next = beyond(term); !next.empty()) add(next);
    if (&term != &terms.back()) {
      same += equal(term) + " AND ";
    } else if (inclusive) {
      add(equal(term));
    }
  }
  return all.empty() ? "false" : all;
}

}  // namespace

std::vector<KeysetKey> reversed(std::vector<KeysetKey> keys) {
  for (KeysetKey& each : keys) {
    const bool nulls_first = each.key.nulls_first();
    each.key.order = each.key.descending() ? SortOrder::Ascending : SortOrder::Descending;
    each.key.nulls = nulls_first ? NullsOrder::Last : NullsOrder::First;
  }
  return keys;
}

std::string keyset_order(const SortKey& key) {
  std::string out = quoted(key.column);
  if (key.descending()) out += " DESC";
  if (key.nulls_first() != key.descending()) {
    out += key.nulls_first() ? " NULLS FIRST" : " NULLS LAST";
  }
  return out;
}

std::string keyset_condition(std::span<const KeysetKey> keys, std::span<const Value> at,
                             std::size_t first_parameter, bool inclusive) {
  const std::vector<Term> terms = terms_of(keys, at, first_parameter);
  if (compare_as_rows(terms)) return row_comparison(terms, inclusive);
  return fmt::format("{}({})", bound(terms.front()), alternatives(terms, inclusive));
}

}  // namespace pgjinja
