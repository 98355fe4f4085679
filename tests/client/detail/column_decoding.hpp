#pragma once

#include "pg/codec/decoding.hpp"

#include <pgjinja/client/detail/column_type.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::test {

using pg::error_kind_of;

/// Reads bytes that end where their allocation ends, so that a sanitizer sees a read behind them.
template <class T>
T decode_column(pg::Oid type, pg::Format format, std::string_view bytes) {
  const auto codec = detail::Column<T>::find(type, format);
  if (!codec) throw std::logic_error("not taken");
  const std::vector<char> exact(bytes.begin(), bytes.end());
  T value{};
  detail::Column<T>::read(*codec, {exact.empty() ? "" : exact.data(), exact.size()}, value);
  return value;
}

template <class T>
T decode_text(pg::Oid type, std::string_view text) {
  return decode_column<T>(type, pg::Format::Text, text);
}
template <class T>
T decode_binary(pg::Oid type, std::string_view hex) {
  return decode_column<T>(type, pg::Format::Binary, pg::from_hex(hex));
}

/// The message of the Error that `call` throws; empty when it throws none.
template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace pgjinja::test
