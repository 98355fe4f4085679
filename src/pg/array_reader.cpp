#include "pg/codec/field_bytes.hpp"

#include <pgjinja/pg/array_reader.hpp>

#include <algorithm>

namespace pgjinja::pg {

ArrayReader::ArrayReader(Field field, Oid element, Format format)
    : field_(field), rest_(field.bytes()), format_(format) {
  if (format == Format::Binary) {
    read_header(element);
  } else {
    skip_bounds();
    const std::size_t braces = std::min(rest_.find_first_not_of('{'), rest_.size());
    if (braces == 0) fail();
    // Elements that begin with a brace are quoted.
    dimensions_ = rest_ == "{}" ? 0 : braces;
  }
  if (dimensions_ > kMostDimensions) fail();
}

void ArrayReader::read_header(Oid element) {
  dimensions_ = take32();
  take32();  // whether there are NULLs: the elements say so themselves
  if (dimensions_ > kMostDimensions || take32() != element) fail();
  std::size_t elements = 1;
  for (std::size_t i = 0; i < dimensions_; ++i) {
    lengths_[i] = take32();
    take32();  // the lower bound
    // Every element takes four bytes at least, so no length is believed that cannot be true.
    if (lengths_[i] > field_.size || (elements *= lengths_[i]) > field_.size / 4) fail();
  }
}

void ArrayReader::skip_bounds() {
  if (!at('[')) return;
  const std::size_t equals = rest_.find('=');
  if (equals == std::string_view::npos) fail();
  rest_.remove_prefix(equals + 1);
}

ArrayReader::Token ArrayReader::next() {
  return format_ == Format::Binary ? next_in_binary() : next_in_text();
}

ArrayReader::Token ArrayReader::next_in_binary() {
  if (depth_ > 0) {
    if (left_[depth_ - 1] == 0) {
      if (--depth_ == 0 && !rest_.empty()) fail();
      return Token::Close;
    }
    --left_[depth_ - 1];
    if (depth_ == dimensions_) {
      read_sized();
      return Token::Element;
    }
  }
  left_[depth_] = lengths_[depth_];
  ++depth_;
  return Token::Open;
}

ArrayReader::Token ArrayReader::next_in_text() {
  if (at('}')) return close();
  if (after_item_) {
    if (!at(',')) fail();
    rest_.remove_prefix(1);
    after_item_ = false;
    after_comma_ = true;
  }
  if (at('{')) return open();
  if (at('"')) {
    read_quoted();
  } else {
    read_plain();
  }
  after_item_ = true;
  after_comma_ = false;
  return Token::Element;
}

ArrayReader::Token ArrayReader::open() {
  rest_.remove_prefix(1);
  after_comma_ = false;
  if (++depth_ > kMostDimensions) fail();
  return Token::Open;
}

ArrayReader::Token ArrayReader::close() {
  if (after_comma_) fail();
  rest_.remove_prefix(1);
  after_item_ = true;
  if (--depth_ == 0 && !rest_.empty()) fail();
  return Token::Close;
}

std::uint32_t ArrayReader::take32() {
  if (rest_.size() < 4) fail();
  const std::uint32_t value = wire::load32(rest_.data());
  rest_.remove_prefix(4);
  return value;
}

void ArrayReader::read_sized() {
  const std::uint32_t size = take32();
  constexpr std::uint32_t kNull = 0xFFFFFFFFU;
  if (size == kNull) {
    element_ = {};
    return;
  }
  if (size > rest_.size()) fail();
  element_ = {rest_.data(), size};
  rest_.remove_prefix(size);
}

void ArrayReader::read_quoted() {
  buffer_.clear();
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    if (rest_[i] == '\\' && ++i == rest_.size()) fail();
    buffer_ += rest_[i];
  }
  if (i == rest_.size()) fail();
  rest_.remove_prefix(i + 1);
  element_ = {buffer_.data(), buffer_.size()};
}

void ArrayReader::read_plain() {
  const std::size_t end = rest_.find_first_of(",{}\"\\");
  if (end == std::string_view::npos || end == 0) fail();
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  element_ = text == "NULL" ? Field{} : Field{text.data(), text.size()};
}

void ArrayReader::fail() const { throw malformed("array", field_); }

}  // namespace pgjinja::pg
