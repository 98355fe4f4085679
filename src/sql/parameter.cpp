#include "sql/parameter.hpp"

#include "sql/expression_text.hpp"
#include "sql/mark.hpp"

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr unsigned kDeepest = 200;

/// One parameter under scrutiny.
class Parameter {
 public:
  Parameter(std::size_t number, const jinja::PrintSite& site) : number_(number), site_(site) {}

  void check(const Value& value, unsigned depth) const {
    switch (value.kind()) {
      case Kind::Text: check_text(value.as_text()); break;
      case Kind::List:
        for (const Value& item : value.as_list()) check(item, deeper(depth));
        break;
      case Kind::Map:
        for (const Map::Entry& entry : value.as_map()) {
          check(entry.key, deeper(depth));
          check(entry.value, deeper(depth));
        }
        break;
      case Kind::Undefined:
        refuse(ErrorKind::Undefined, "holds an undefined item", "give every item a value");
      case Kind::Object:
        refuse(ErrorKind::Binding,
               fmt::format("holds a {}, and a mark inside a value would be lost",
                           value.as_object().type_name()),
               "print marks by themselves, with join(', ') or in a loop");
      default: break;
    }
  }

 private:
  void check_text(std::string_view text) const {
    if (is_server_text(text)) return;
    if (text.find('\0') != std::string_view::npos) {
      refuse(ErrorKind::Encode, "has a text with a NUL byte, which PostgreSQL cannot store",
             "pass it as bytes (bytea), or take the byte out");
    }
    refuse(ErrorKind::Encode, "has a text that is no valid UTF-8",
           "pass it as bytes (bytea), or convert it to UTF-8");
  }

  [[nodiscard]] unsigned deeper(unsigned depth) const {
    if (depth == kDeepest) {
      refuse(ErrorKind::Limit, fmt::format("is nested deeper than {} levels", kDeepest),
             "pass it as JSON text");
    }
    return depth + 1;
  }

  [[noreturn]] void refuse(ErrorKind kind, std::string_view what, std::string hint) const {
    throw Error(kind, fmt::format("parameter ${}, {}, {}", number_, shown(site_), what))
        .at(site_.place())
        .parameter(static_cast<std::uint32_t>(number_))
        .hint(std::move(hint));
  }

  std::size_t number_;
  const jinja::PrintSite& site_;
};

}  // namespace

void check_parameter(const Value& value, std::size_t number, const jinja::PrintSite& site) {
  Parameter(number, site).check(value, 0);
}

}  // namespace pgjinja::sql
