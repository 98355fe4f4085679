#include "client/transform_makers.hpp"

#include "client/nearest_name.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja {

namespace {

using Arguments = std::vector<Value>;

/// Texts, from `least` to `most` of them. `form` shows how it is written.
void expect_texts(const Arguments& arguments, std::size_t least, std::size_t most,
                  std::string_view form) {
  const bool texts = std::ranges::all_of(
      arguments, [](const Value& each) { return each.is_text() && !each.as_text().empty(); });
  if (texts && arguments.size() >= least && arguments.size() <= most) return;
  throw Error(ErrorKind::Config, "these are no arguments of this transform")
      .hint(fmt::format("write {}", form));
}

std::string text_of(const Value& argument) { return std::string(argument.as_text()); }

template <Transform (*Make)()>
Transform make_plain(const Arguments& arguments) {
  expect_texts(arguments, 0, 0, "its name alone");
  return Make();
}

Transform make_nest(const Arguments& arguments) {
  expect_texts(arguments, 2, 2, "nest('list', 'prefix_')");
  return transform::nest(text_of(arguments[0]), text_of(arguments[1]));
}

Transform make_column(const Arguments& arguments) {
  expect_texts(arguments, 0, 1, "column or column('name')");
  return arguments.empty() ? transform::column() : transform::column(text_of(arguments[0]));
}

Transform make_key_by(const Arguments& arguments) {
  expect_texts(arguments, 1, 2, "key_by('name') or key_by('name', 'value')");
  return arguments.size() == 1 ? transform::key_by(text_of(arguments[0]))
                               : transform::key_by(text_of(arguments[0]), text_of(arguments[1]));
}

Transform make_group_by(const Arguments& arguments) {
  expect_texts(arguments, 1, 1, "group_by('name')");
  return transform::group_by(text_of(arguments[0]));
}

TransformMakers own_makers() {
  return {{"camel_case", &make_plain<&transform::camel_case>},
          {"snake_case", &make_plain<&transform::snake_case>},
          {"nest", &make_nest},
          {"scalar", &make_plain<&transform::scalar>},
          {"column", &make_column},
          {"one", &make_plain<&transform::one>},
          {"maybe", &make_plain<&transform::maybe>},
          {"key_by", &make_key_by},
          {"group_by", &make_group_by}};
}

Error unknown(const TransformMakers& makers, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, maker] : makers) names.push_back(known);
  const std::string near = nearest_name(name, names);
  return Error(ErrorKind::Config, fmt::format("there is no transform '{}'", name))
      .hint(near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                         : fmt::format("did you mean '{}'?", near));
}

}  // namespace

TransformMakers all_transform_makers(const TransformMakers& of_application) {
  TransformMakers makers = own_makers();
  for (const auto& [name, maker] : of_application) {
    if (makers.emplace(name, maker).second) continue;
    throw Error(ErrorKind::Config,
                fmt::format("'{}' is a transform of pgjinja's own: give yours another name", name));
  }
  return makers;
}

Transform make_transform(const TransformMakers& makers, const jinja::TransformDeclaration& declared,
                         const jinja::Source& source) {
  try {
    const auto maker = makers.find(declared.name);
    if (maker == makers.end()) throw unknown(makers, declared.name);
    return maker->second(declared.arguments);
  } catch (const Error& error) {
    throw Error(error).at(source.place(declared.offset, declared.length));
  }
}

}  // namespace pgjinja
