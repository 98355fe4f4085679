#include "jinja/load/constant_text.hpp"

#include <algorithm>

namespace pgjinja::jinja {

/// The opening that stands at `at`, of several the longest, or nothing.
std::string_view ConstantText::opening(std::size_t at) const noexcept {
  std::string_view longest;
  for (const std::string_view each : {std::string_view(delimiters_.comment_start_string),
                                      std::string_view(delimiters_.block_start_string),
                                      std::string_view(delimiters_.variable_start_string)}) {
    if (each.size() > longest.size() && text_.substr(at).starts_with(each)) longest = each;
  }
  return longest;
}

std::size_t ConstantText::end(std::size_t from) const noexcept {
  while (from < text_.size() && opening(from).empty()) ++from;
  return from;
}

std::size_t ConstantText::behind(std::string_view what, std::size_t from) const noexcept {
  const std::size_t at = text_.find(what, std::min(from, text_.size()));
  return at == std::string_view::npos ? text_.size() : at + what.size();
}

/// The same, passing over strings.
std::size_t ConstantText::behind_strings(std::string_view what, std::size_t from) const noexcept {
  char quote = '\0';
  for (std::size_t i = from; i < text_.size(); ++i) {
    if (quote != '\0') {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == quote)
        quote = '\0';
    } else if (text_[i] == '\'' || text_[i] == '"') {
      quote = text_[i];
    } else if (text_.substr(i).starts_with(what)) {
      return i + what.size();
    }
  }
  return text_.size();
}

bool ConstantText::is_block(std::size_t at, std::string_view name) const noexcept {
  if (opening(at) != delimiters_.block_start_string) return false;
  std::string_view inside = text_.substr(at + delimiters_.block_start_string.size());
  if (inside.starts_with('-') || inside.starts_with('+')) inside.remove_prefix(1);
  inside.remove_prefix(std::min(inside.find_first_not_of(" \t\n"), inside.size()));
  if (!inside.starts_with(name)) return false;
  inside.remove_prefix(name.size());
  inside.remove_prefix(std::min(inside.find_first_not_of(" \t\n+-"), inside.size()));
  return inside.starts_with(delimiters_.block_end_string);
}

bool ConstantText::is_raw(std::size_t at) const noexcept { return is_block(at, "raw"); }

std::size_t ConstantText::after_raw(std::size_t at) const noexcept {
  for (at = behind(delimiters_.block_end_string, at); at < text_.size(); ++at) {
    if (is_block(at, "endraw")) return behind(delimiters_.block_end_string, at);
  }
  return text_.size();
}

std::size_t ConstantText::after_tag(std::size_t at) const noexcept {
  const std::string_view begin = opening(at);
  const std::size_t inside = at + begin.size();
  if (begin == delimiters_.comment_start_string)
    return behind(delimiters_.comment_end_string, inside);
  if (is_raw(at)) return after_raw(at);
  return behind_strings(begin == delimiters_.block_start_string ? delimiters_.block_end_string
                                                                : delimiters_.variable_end_string,
                        inside);
}

}  // namespace pgjinja::jinja
