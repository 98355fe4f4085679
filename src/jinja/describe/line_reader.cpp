#include "jinja/describe/line_reader.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::jinja {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string_view LineReader::rest() const noexcept {
  std::string_view text(source_.text);
  text = text.substr(at_, end_ - at_);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void LineReader::skip_space() noexcept {
  while (at_ < end_ && is_blank(source_.text[at_])) ++at_;
}

bool LineReader::skip_attached(std::string_view what) noexcept {
  if (!rest().starts_with(what)) return false;
  at_ += what.size();
  return true;
}

bool LineReader::skip(std::string_view what) noexcept {
  if (!skip_attached(what)) return false;
  skip_space();
  return true;
}

std::string_view LineReader::take(std::size_t length) noexcept {
  const std::string_view text = std::string_view(source_.text).substr(at_, length);
  at_ += length;
  return text;
}

std::string_view LineReader::word() noexcept {
  std::size_t length = 0;
  while (at_ + length < end_ && is_word(source_.text[at_ + length])) ++length;
  return take(length);
}

Error LineReader::error(std::string message, std::size_t begin, std::size_t length) const {
  return Error(ErrorKind::Syntax, std::move(message)).at(source_.place(begin, length));
}

Error LineReader::error_here(std::string message) const {
  LineReader ahead = *this;
  const std::size_t length = std::max<std::size_t>(1, ahead.word().size());
  return error(std::move(message), at_, length);
}

}  // namespace pgjinja::jinja
