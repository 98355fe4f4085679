#include <pgjinja/jinja/delimiters.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

std::string Delimiters::print(std::string_view expression) const {
  return fmt::format("{} {} {}", variable_start_string, expression, variable_end_string);
}
std::string Delimiters::tag(std::string_view inside) const {
  return fmt::format("{} {} {}", block_start_string, inside, block_end_string);
}
std::string Delimiters::comment(std::string_view text) const {
  return fmt::format("{} {} {}", comment_start_string, text, comment_end_string);
}

const Delimiters& default_delimiters() noexcept {
  static const Delimiters kDefault;
  return kDefault;
}

}  // namespace pgjinja::jinja
