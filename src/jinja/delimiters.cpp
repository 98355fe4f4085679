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

std::string Delimiters::rewritten(std::string text) const {
  const Delimiters& standard = default_delimiters();
  if (*this == standard) return text;
  for (const auto member : {&Delimiters::block_start_string, &Delimiters::block_end_string,
                            &Delimiters::variable_start_string, &Delimiters::variable_end_string,
                            &Delimiters::comment_start_string, &Delimiters::comment_end_string}) {
    const std::string& from = standard.*member;
    const std::string& to = this->*member;
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

const Delimiters& default_delimiters() noexcept {
  static const Delimiters kDefault;
  return kDefault;
}

}  // namespace pgjinja::jinja
