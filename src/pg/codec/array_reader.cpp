#include "pg/codec/array_reader.hpp"

#include "pg/codec/field_bytes.hpp"

namespace pgjinja::pg {

BinaryArray::BinaryArray(Field field, Oid element) : field_(field), rest_(field.bytes()) {
  const std::uint32_t dimensions = take32();
  take32();  // whether there are NULLs: the elements say so themselves
  const Oid sent = take32();
  if (dimensions > kMostDimensions || sent != element) throw malformed("array", field_);
  dimensions_ = dimensions;
  std::size_t elements = dimensions == 0 ? 0 : 1;
  for (std::size_t i = 0; i < dimensions_; ++i) {
    lengths_[i] = take32();
    take32();  // the lower bound
    // Every element takes four bytes at least, so no length is believed that cannot be true.
    if (lengths_[i] > field.size || (elements *= lengths_[i]) > field.size / 4) {
      throw malformed("array", field_);
    }
  }
}

std::uint32_t BinaryArray::take32() {
  if (rest_.size() < 4) throw malformed("array", field_);
  const std::uint32_t value = wire::load32(rest_.data());
  rest_.remove_prefix(4);
  return value;
}

Field BinaryArray::next() {
  const std::uint32_t size = take32();
  constexpr std::uint32_t kNull = 0xFFFFFFFFU;
  if (size == kNull) return {};
  if (size > rest_.size()) throw malformed("array", field_);
  const Field element{rest_.data(), size};
  rest_.remove_prefix(size);
  return element;
}

void BinaryArray::expect_end() const {
  if (!rest_.empty()) throw malformed("array", field_);
}

TextArray::TextArray(Field field) : field_(field), rest_(field.bytes()) {
  if (at('[')) {
    const std::size_t equals = rest_.find('=');
    if (equals == std::string_view::npos) fail();
    rest_.remove_prefix(equals + 1);
  }
  if (!at('{')) fail();
}

TextArray::Token TextArray::next() {
  if (at('}')) return close();
  if (after_item_) {
    if (!at(',')) fail();
    rest_.remove_prefix(1);
    after_item_ = false;
    after_comma_ = true;
  }
  if (at('{')) return open();
  return read_element();
}

TextArray::Token TextArray::open() {
  rest_.remove_prefix(1);
  started_ = true;
  after_comma_ = false;
  if (++depth_ > kMostDimensions) fail();
  return Token::Open;
}

TextArray::Token TextArray::close() {
  if (after_comma_) fail();
  rest_.remove_prefix(1);
  after_item_ = true;
  if (--depth_ == 0 && !rest_.empty()) fail();
  return Token::Close;
}

TextArray::Token TextArray::read_element() {
  buffer_.clear();
  if (at('"')) {
    read_quoted();
  } else {
    read_plain();
  }
  after_item_ = true;
  after_comma_ = false;
  return Token::Element;
}

void TextArray::read_quoted() {
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    if (rest_[i] == '\\' && ++i == rest_.size()) fail();
    buffer_ += rest_[i];
  }
  if (i == rest_.size()) fail();
  rest_.remove_prefix(i + 1);
  element_ = {buffer_.data(), buffer_.size()};
}

void TextArray::read_plain() {
  const std::size_t end = rest_.find_first_of(",{}\"\\");
  if (end == std::string_view::npos || end == 0) fail();
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  element_ = text == "NULL" ? Field{} : Field{text.data(), text.size()};
}

void TextArray::fail() const { throw malformed("array", field_); }

}  // namespace pgjinja::pg
