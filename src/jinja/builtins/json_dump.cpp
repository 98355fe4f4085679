#include "jinja/builtins/json_dump.hpp"

#include "core/json_escape.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw Error(ErrorKind::Runtime, fmt::format("{} cannot be written as JSON", what));
}

/// Recursive: a Value nests at most Value::kMaxDepth levels.
class Dump {
 public:
  explicit Dump(std::optional<std::string_view> indent) : indent_(indent) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::Null: out_ += "null"; return;
      case Kind::Bool: out_ += value.as_bool() ? "true" : "false"; return;
      case Kind::Int: out_ += std::to_string(value.as_int()); return;
      case Kind::Float: write_float(value.as_float()); return;
      case Kind::Text: write_text(value.as_text()); return;
      case Kind::List: write_list(value.as_list().items()); return;
      case Kind::Map: write_map(value.as_map()); return;
      case Kind::Undefined: demand_defined(value); return;
      case Kind::Object:
        if (const auto items = value.as_object().iterate()) return write_list(*items);
        break;
      case Kind::Bytes: break;
    }
    refuse(kind_of(value));
  }
  std::string take() { return std::move(out_); }

 private:
  void write_float(double number) {
    if (std::isnan(number)) {
      out_ += "NaN";
    } else if (std::isinf(number)) {
      out_ += number < 0 ? "-Infinity" : "Infinity";
    } else {
      out_ += float_text(number);
    }
  }

  void write_text(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      const std::string_view point = first_code_point(text);
      write_code(code_point(point));
      text.remove_prefix(point.size());
    }
    out_ += '"';
    check_result_size(out_.size());
  }

  void write_code(std::uint32_t code) {
    if (code == kNoCodePoint) refuse("text that is not valid UTF-8");
    if (const std::string_view brief = short_json_escape(code); !brief.empty()) {
      out_ += brief;
      return;
    }
    const bool html = code == '<' || code == '>' || code == '&' || code == '\'';
    if (code >= ' ' && code <= '~' && !html) {
      out_ += static_cast<char>(code);
    } else if (code > 0xFFFF) {
      write_unit(0xD800 + ((code - 0x10000) >> 10U));
      write_unit(0xDC00 + ((code - 0x10000) & 0x3FFU));
    } else {
      write_unit(code);
    }
  }
  void write_unit(std::uint32_t unit) {
    fmt::format_to(std::back_inserter(out_), "\\u{:04x}", unit);
  }

  void new_line() {
    if (!indent_) return;
    out_ += '\n';
    append_repeated(out_, *indent_, level_);
  }
  void separate(bool& first) {
    if (!first) out_ += indent_ ? "," : ", ";
    first = false;
    new_line();
  }

  void write_list(const std::vector<Value>& list) {
    if (list.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    ++level_;
    bool first = true;
    for (const Value& item : list) {
      separate(first);
      write(item);
    }
    --level_;
    new_line();
    out_ += ']';
  }

  void write_map(const Map& map) {
    if (map.empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Map::Entry*> entries;
    for (const Map::Entry& entry : map) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return less(a->key, b->key); });
    out_ += '{';
    ++level_;
    bool first = true;
    for (const Map::Entry* entry : entries) {
      separate(first);
      write_key(entry->key);
      out_ += ": ";
      write(entry->value);
    }
    --level_;
    new_line();
    out_ += '}';
  }

  void write_key(const Value& key) {
    switch (key.kind()) {
      case Kind::Text: write_text(key.as_text()); return;
      case Kind::Null:
      case Kind::Bool:
      case Kind::Int:
      case Kind::Float:
        out_ += '"';
        write(key);
        out_ += '"';
        return;
      default: refuse(fmt::format("a key that is {}", kind_of(key)));
    }
  }

  std::optional<std::string_view> indent_;
  std::int64_t level_ = 0;
  std::string out_;
};

}  // namespace

std::string json_dump(const Value& value, std::optional<std::string_view> indent) {
  Dump dump(indent);
  dump.write(value);
  return dump.take();
}

}  // namespace pgjinja::jinja
