#include "jinja/builtins/pretty_repr.hpp"

#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <string_view>

namespace pgjinja::jinja {

namespace {

std::string_view python_type(const Value& value) {
  switch (value.kind()) {
    case Kind::Null: return "NoneType";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Float: return "float";
    case Kind::Text: return "str";
    case Kind::Bytes: return "bytes";
    case Kind::List: return "tuple";  // what is a key is no list
    default: return "object";
  }
}

bool before(const Value& a, const Value& b) {
  try {
    return less(a, b);
  } catch (const Error&) {  // they have no order
    return python_type(a) < python_type(b);
  }
}

class ShortRepr {
 public:
  explicit ShortRepr(std::size_t most) : most_(most) {}

  /// False as soon as there is too much.
  bool write(const Value& value) {
    if (value.is_list()) return write_list(value.as_list());
    if (value.is_map()) return write_map(value.as_map());
    // A text may be long, but its repr is never shorter than itself.
    if (value.is_text() && value.as_text().size() > most_ * 4) return false;
    append_repr(value, out_);
    return fits();
  }
  std::string take() { return std::move(out_); }

 private:
  bool fits() const {
    return out_.size() <= most_ || (out_.size() <= most_ * 4 && count_code_points(out_) <= most_);
  }

  bool write_list(const List& list) {
    if (list.size() > most_) return false;
    out_ += list.is_tuple() ? '(' : '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ", ";
      if (!write(list[i])) return false;
    }
    if (list.is_tuple() && list.size() == 1) out_ += ',';
    out_ += list.is_tuple() ? ')' : ']';
    return fits();
  }

  bool write_map(const Map& map) {
    if (map.size() > most_) return false;  // before they are sorted
    out_ += '{';
    bool first = true;
    for (const Map::Entry* entry : sorted_entries(map)) {
      if (!first) out_ += ", ";
      first = false;
      if (!write(entry->key)) return false;
      out_ += ": ";
      if (!write(entry->value)) return false;
    }
    out_ += '}';
    return fits();
  }

  std::size_t most_;
  std::string out_;
};

}  // namespace

std::vector<const Map::Entry*> sorted_entries(const Map& map) {
  std::vector<const Map::Entry*> entries;
  for (const Map::Entry& entry : map) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto* a, const auto* b) { return before(a->key, b->key); });
  return entries;
}

std::optional<std::string> short_repr(const Value& value, std::int64_t most) {
  if (most < 0) return std::nullopt;
  ShortRepr repr(static_cast<std::size_t>(most));
  if (!repr.write(value)) return std::nullopt;
  return repr.take();
}

}  // namespace pgjinja::jinja
