#include "core/json_escape.hpp"
#include "core/utf8.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>

#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace pgjinja {

namespace {

Error not_json(std::string_view what, ErrorKind kind = ErrorKind::Runtime) {
  return Error(kind, fmt::format("{} cannot be written as JSON", what));
}

/// One that stands for text of a statement is in the wrong place: no value of it could be bound.
Error not_json(const Object& object) {
  return not_json(fmt::format("an object ({})", object.type_name()),
                  object.sealed() ? ErrorKind::Binding : ErrorKind::Runtime);
}

/// Recursive: a Value nests at most Value::kMaxDepth levels.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::Null: out_ += "null"; return;
      case Kind::Bool: out_ += value.as_bool() ? "true" : "false"; return;
      case Kind::Int: fmt::format_to(std::back_inserter(out_), "{}", value.as_int()); return;
      case Kind::Float: write_float(value.as_float()); return;
      case Kind::Text: write_text(value.as_text()); return;
      case Kind::List: write_list(value.as_list()); return;
      case Kind::Map: write_map(value.as_map()); return;
      case Kind::Bytes: throw not_json("a bytes value").hint("encode it as text first");
      case Kind::Undefined:
        throw not_json(fmt::format("undefined value '{}'", value.undefined_name()));
      case Kind::Object: throw not_json(value.as_object());
    }
  }

 private:
  void write_float(double number) {
    if (!std::isfinite(number)) throw not_json(fmt::format("the float {}", number));
    const std::size_t begin = out_.size();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    if (out_.find_first_of(".e", begin) == std::string::npos) out_ += ".0";
  }

  void write_text(std::string_view text) {
    if (find_invalid_utf8(text) != std::string_view::npos) {
      throw not_json("text that is not valid UTF-8");
    }
    out_ += '"';
    for (const char c : text) write_character(c);
    out_ += '"';
  }

  void write_character(char c) {
    if (const std::string_view brief = short_json_escape(static_cast<unsigned char>(c));
        !brief.empty()) {
      out_ += brief;
      return;
    }
    if (static_cast<unsigned char>(c) < 0x20U) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }

  void write_list(const List& list) {
    out_ += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i != 0) out_ += ',';
      write(list[i]);
    }
    out_ += ']';
  }

  void write_map(const Map& map) {
    out_ += '{';
    bool first = true;
    for (const Map::Entry& entry : map) {
      if (!std::exchange(first, false)) out_ += ',';
      write_key(entry.key);
      out_ += ':';
      write(entry.value);
    }
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
      default: throw not_json(fmt::format("a map key of kind {}", kind_name(key.kind())));
    }
  }

  std::string& out_;
};

}  // namespace

void append_json(std::string& out, const Value& value) { Writer(out).write(value); }

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace pgjinja
