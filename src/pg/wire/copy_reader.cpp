#include "pg/wire/copy_reader.hpp"

#include "pg/wire/bytes.hpp"
#include "pg/wire/copy_format.hpp"
#include "pg/wire/copy_text.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {

Error malformed(std::string_view what) {
  return {ErrorKind::Protocol, fmt::format("the server's COPY data {}", what)};
}

constexpr std::string_view kWrongCount = "has another number of fields than described";

}  // namespace

void CopyReader::add(std::string_view bytes) {
  if (kept_.empty()) {
    rest_ = bytes;
  } else {
    kept_ += bytes;
    rest_ = kept_;
  }
}

void CopyReader::keep() {
  // rest_ may be a view of kept_.
  std::string left(rest_);
  kept_.swap(left);
  rest_ = kept_;
}

bool CopyReader::next(std::span<Field> fields) {
  return format_ == Format::Binary ? next_binary(fields) : next_text(fields);
}

void CopyReader::expect_end() const {
  const bool ended = format_ == Format::Text || ended_;
  if (!ended || !rest_.empty()) throw malformed("ends in the middle of a row");
}

bool CopyReader::take_header() {
  const std::size_t known = std::min(rest_.size(), kCopySignature.size());
  if (rest_.substr(0, known) != kCopySignature.substr(0, known)) {
    throw malformed("does not begin as binary data does");
  }
  if (rest_.size() < kCopyHeader.size()) return false;
  // The upper half of the flags is for what a reader cannot pass over.
  if (load16(rest_.data() + kCopySignature.size()) != 0) {
    throw malformed("is of a newer binary format");
  }
  const std::size_t size = kCopyHeader.size() + load32(rest_.data() + kCopyHeader.size() - 4);
  if (rest_.size() < size) return false;
  rest_.remove_prefix(size);
  header_taken_ = true;
  return true;
}

bool CopyReader::next_binary(std::span<Field> fields) {
  if (!header_taken_ && !take_header()) return false;
  std::string_view row = rest_;
  if (row.size() < 2) return false;
  if (ended_) throw malformed("goes on behind its end");
  const std::uint16_t count = load16(row.data());
  row.remove_prefix(2);
  if (count == 0xFFFF) {
    ended_ = true;
    rest_ = row;
    if (!rest_.empty()) throw malformed("goes on behind its end");
    return false;
  }
  if (count != columns_) throw malformed(kWrongCount);
  for (Field& field : fields) {
    if (row.size() < 4) return false;
    const std::uint32_t size = load32(row.data());
    row.remove_prefix(4);
    field = {};
    if (size == 0xFFFFFFFFU) continue;
    if (size > 0x7FFFFFFFU) throw malformed("has a field of a negative length");
    if (row.size() < size) return false;
    field = {row.data(), size};
    row.remove_prefix(size);
  }
  rest_ = row;
  return true;
}

bool CopyReader::next_text(std::span<Field> fields) {
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return false;
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  if (columns_ == 0) {
    if (!line.empty()) throw malformed(kWrongCount);
    return true;
  }
  scratch_.clear();
  scratch_.reserve(line.size());  // it only gets shorter: views into it stay
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::size_t tab = line.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == columns_)) throw malformed(kWrongCount);
    const std::string_view field = line.substr(0, tab);
    const std::size_t begin = scratch_.size();
    fields[i] = {};
    if (field != "\\N") {
      append_unescaped(scratch_, field);
      fields[i] = {scratch_.data() + begin, scratch_.size() - begin};
    }
    line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
  }
  return true;
}

}  // namespace pgjinja::pg::wire
