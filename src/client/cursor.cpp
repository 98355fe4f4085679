#include "client/cursor.hpp"

#include "core/base64.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace pgjinja {

namespace {

// The first byte of a payload: another format gets another number.
constexpr char kAfter = 1;
constexpr char kFrom = 2;  // inclusive

constexpr std::size_t kSignatureBytes = 16;
constexpr std::size_t kSecretBytes = 16;
constexpr int kDeepest = 8;  // PostgreSQL's arrays have six dimensions at most

enum class Tag : char { Null, False, True, Int, Float, Text, Bytes, List };

Error no_cursor() {
  return Error(ErrorKind::Cursor, "this is no cursor of this page")
      .hint(
          "a cursor is good for the template and the sort order that it comes from, unchanged and "
          "with one of the secrets in ClientSettings::cursor_secrets");
}

void append_integer(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i) & 0xFFU);
}

void append_chars(std::string& out, Tag tag, std::string_view chars) {
  out += static_cast<char>(tag);
  append_integer(out, chars.size(), 4);
  out += chars;
}

void append_value(std::string& out, const Value& value) {
  const auto tagged = [&out](Tag tag) { out += static_cast<char>(tag); };
  if (value.is_bool()) return tagged(value.as_bool() ? Tag::True : Tag::False);
  if (value.is_text()) return append_chars(out, Tag::Text, value.as_text());
  if (value.is_bytes()) return append_chars(out, Tag::Bytes, value.as_bytes());
  if (value.is_int()) {
    tagged(Tag::Int);
    return append_integer(out, static_cast<std::uint64_t>(value.as_int()), 8);
  }
  if (value.is_float()) {
    tagged(Tag::Float);
    return append_integer(out, std::bit_cast<std::uint64_t>(value.as_float()), 8);
  }
  if (value.is_list()) {
    tagged(Tag::List);
    append_integer(out, value.as_list().size(), 4);
    for (const Value& item : value.as_list()) append_value(out, item);
    return;
  }
  tagged(Tag::Null);
}

/// Reads a payload from its beginning; whatever is amiss is no_cursor().
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view payload) : rest_(payload) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  char byte() { return take(1)[0]; }
  Value value(int depth = 0) {
    switch (static_cast<Tag>(byte())) {
      case Tag::Null: return {};
      case Tag::False: return false;
      case Tag::True: return true;
      case Tag::Int: return static_cast<std::int64_t>(integer(8));
      case Tag::Float: return std::bit_cast<double>(integer(8));
      case Tag::Text: return take(integer(4));
      case Tag::Bytes: return Value::bytes(take(integer(4)));
      case Tag::List: return list(depth + 1);
    }
    throw no_cursor();
  }

 private:
  Value list(int depth) {
    if (depth > kDeepest) throw no_cursor();
    std::vector<Value> items;
    for (std::uint64_t left = integer(4); left > 0; --left) items.push_back(value(depth));
    return Value::list(std::move(items));
  }
  std::uint64_t integer(std::size_t bytes) {
    std::uint64_t number = 0;
    for (const char c : take(bytes)) number = number << 8U | static_cast<unsigned char>(c);
    return number;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) throw no_cursor();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

std::string signature(std::string_view secret, std::string_view page, std::string_view payload) {
  std::string text = "pgjinja cursor";
  append_integer(text, page.size(), 8);
  text.append(page).append(payload);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
           &size) == nullptr) {
    throw Error(ErrorKind::Config, "OpenSSL could not compute HMAC-SHA-256");
  }
  return {reinterpret_cast<const char*>(mac), kSignatureBytes};
}

}  // namespace

std::string cursor_payload(const CursorPlace& place) {
  std::string out(1, place.inclusive ? kFrom : kAfter);
  for (const Value& key : place.keys) append_value(out, key);
  return out;
}

CursorPlace read_cursor_payload(std::string_view payload) {
  PayloadReader reader(payload);
  CursorPlace place;
  const char form = reader.byte();
  if (form != kAfter && form != kFrom) throw no_cursor();
  place.inclusive = form == kFrom;
  while (!reader.at_end()) place.keys.push_back(reader.value());
  return place;
}

CursorCodec::CursorCodec(std::span<const std::string> secrets, std::string_view page)
    : secrets_(secrets), page_(page) {
  if (secrets_.empty()) {
    throw Error(ErrorKind::Config, "pages need a secret to sign their cursors with")
        .hint("give ClientSettings::cursor_secrets, the same to all programs that serve the page");
  }
  for (const std::string& secret : secrets_) {
    if (secret.size() >= kSecretBytes) continue;
    throw Error(ErrorKind::Config, "a secret in ClientSettings::cursor_secrets is too short")
        .hint("take at least 16 bytes, better 32, that nobody can guess: openssl rand -hex 32");
  }
}

std::string CursorCodec::write(const CursorPlace& place) const {
  const std::string payload = cursor_payload(place);
  return to_base64url(signature(secrets_.front(), page_, payload) + payload);
}

CursorPlace CursorCodec::read(std::string_view cursor) const {
  const std::optional<std::string> bytes = from_base64url(cursor);
  if (!bytes || bytes->size() < kSignatureBytes) throw no_cursor();
  const std::string_view whole = *bytes;
  const std::string_view payload = whole.substr(kSignatureBytes);
  if (!is_signed(payload, whole.substr(0, kSignatureBytes))) throw no_cursor();
  return read_cursor_payload(payload);
}

bool CursorCodec::is_signed(std::string_view payload, std::string_view claimed) const {
  return std::any_of(secrets_.begin(), secrets_.end(), [&](const std::string& secret) {
    const std::string right = signature(secret, page_, payload);
    return CRYPTO_memcmp(right.data(), claimed.data(), kSignatureBytes) == 0;
  });
}

}  // namespace pgjinja
