#include "jinja/run/plain_text.hpp"

#include "jinja/run/text_form.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void refuse(const Object& object) {
  throw Error(ErrorKind::Binding, fmt::format("the text of a value would lose what the {} in it "
                                              "stands for",
                                              object.type_name()))
      .hint(
          "marks and fragments can be printed, joined with '~' or join, and passed on as they are");
}

void append_ascii(std::string_view point, std::string& out) {
  const std::uint32_t code = code_point(point);
  if (code < 0x80 || code == kNoCodePoint) {
    out += point;
  } else {
    append_code_escape(code, out);
  }
}

}  // namespace

/// As deep as the value, which is at most Value::kMaxDepth.
void refuse_sealed(const Value& value) {
  if (value.is_list()) {
    for (const Value& item : value.as_list()) refuse_sealed(item);
  } else if (value.is_map()) {
    for (const Map::Entry& entry : value.as_map()) {
      refuse_sealed(entry.key);
      refuse_sealed(entry.value);
    }
  } else if (value.is_object()) {
    const Object& object = value.as_object();
    if (object.sealed()) refuse(object);
    if (const auto items = object.iterate()) {
      for (const Value& item : *items) refuse_sealed(item);
    }
  }
}

std::string plain_text(const Value& value) {
  refuse_sealed(value);
  return str(value);
}
std::string plain_repr(const Value& value) {
  refuse_sealed(value);
  return repr(value);
}

std::string ascii_form(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view point = first_code_point(text);
    append_ascii(point, out);
    text.remove_prefix(point.size());
  }
  return out;
}

}  // namespace pgjinja::jinja
