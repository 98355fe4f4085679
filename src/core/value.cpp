#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include <fmt/format.h>

namespace pgjinja {

namespace detail {

/// Header of a heap text; its bytes follow it in the same allocation.
struct TextBox : Shared {
  std::size_t size = 0;
  TextTag tag = TextTag::None;

  static TextBox* make(std::string_view chars, TextTag tag) {
    void* memory = ::operator new(sizeof(TextBox) + chars.size());
    auto* box = new (memory) TextBox;
    box->size = chars.size();
    box->tag = tag;
    std::memcpy(static_cast<void*>(box + 1), chars.data(), chars.size());
    return box;
  }
  [[nodiscard]] std::string_view view() const noexcept {
    return {reinterpret_cast<const char*>(this + 1), size};
  }
  static void destroy(TextBox* box) noexcept {
    box->~TextBox();
    ::operator delete(box);
  }
};

/// An undefined value that is more than its name.
struct UndefinedBox : Shared {
  std::string name;
  std::string text;
  bool chains = false;
};

}  // namespace detail

std::string_view kind_name(Kind kind) noexcept {
  switch (kind) {
    case Kind::Undefined: return "undefined";
    case Kind::Null: return "null";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Float: return "float";
    case Kind::Text: return "text";
    case Kind::Bytes: return "bytes";
    case Kind::List: return "list";
    case Kind::Map: return "map";
    case Kind::Object: return "object";
  }
  return "unknown";
}

std::string_view text_tag_name(TextTag tag) noexcept {
  switch (tag) {
    case TextTag::None: return "text";
    case TextTag::Decimal: return "decimal";
    case TextTag::Date: return "date";
    case TextTag::Timestamp: return "timestamp";
    case TextTag::Uuid: return "uuid";
  }
  return "unknown";
}

std::uint64_t Value::extent() const noexcept {
  return is_container() ? plain_.as.shared->extent : 1;
}

namespace {

void check_depth(std::uint32_t depth) {
  if (depth <= Value::kMaxDepth) return;
  throw Error(ErrorKind::Limit,
              fmt::format("a value is nested deeper than {} levels", Value::kMaxDepth));
}

void check_extent(std::uint64_t extent) {
  if (extent <= Value::kMaxExtent) return;
  throw Error(ErrorKind::Limit,
              fmt::format("a list or map holds more than {} values", Value::kMaxExtent))
      .hint("one that holds another twice counts it twice");
}

}  // namespace

/// What a list, map or object learns from what it comes to hold.
class Value::Contents {
 public:
  void add(const Value& value) {
    if (!value.is_container()) {
      ++extent_;
      return;
    }
    detail::Shared& shared = *value.plain_.as.shared;
    depth_ = std::max<std::uint32_t>(depth_, shared.depth + 1U);
    extent_ += shared.extent;
    if (!shared.open) return;
    open_ = true;
    shared.contained = true;
  }
  /// Tells `holder` of it. @throws Error{Limit}
  void tell(detail::Shared& holder) const {
    check_depth(depth_);
    check_extent(extent_);
    holder.depth = static_cast<std::uint16_t>(depth_);
    holder.extent = static_cast<std::uint32_t>(extent_);
    holder.open = open_;
  }

 private:
  std::uint32_t depth_ = 1;
  std::uint64_t extent_ = 1;
  bool open_ = false;
};

Value::Value(List list) : Value(Kind::Null) {
  Contents contents;
  for (const Value& item : list) contents.add(item);
  *this = Value(Kind::List, new List(std::move(list)));
  contents.tell(*plain_.as.shared);
}
Value::Value(Map map) : Value(Kind::Null) {
  Contents contents;
  for (const Map::Entry& entry : map) {
    contents.add(entry.key);
    contents.add(entry.value);
  }
  *this = Value(Kind::Map, new Map(std::move(map)));
  contents.tell(*plain_.as.shared);
}

void Object::holds(const Value& value) {
  if (!value.is_container()) {
    check_extent(++extent);
    return;
  }
  detail::Shared& held = *value.plain_.as.shared;
  check_depth(held.depth + 1U);
  check_extent(std::uint64_t{extent} + held.extent);
  depth = std::max<std::uint16_t>(depth, held.depth + 1U);
  extent += held.extent;
  if (!held.open) return;
  open = true;
  held.contained = true;
}

Value Value::list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value Value::tuple(std::vector<Value> items) { return Value(List(std::move(items), true)); }

Value Value::undefined(std::string_view name, std::string_view text, bool chains) {
  auto* box = new detail::UndefinedBox;
  Value value(Kind::Undefined, box);  // owns it from here on
  value.plain_.size = kUndefinedHeap;
  box->name = name;
  box->text = text;
  box->chains = chains;
  return value;
}

/// Null for an undefined value that has only a name.
const detail::UndefinedBox* Value::undefined_box() const {
  return expect(Kind::Undefined).plain_.size == kUndefinedHeap
             ? static_cast<const detail::UndefinedBox*>(plain_.as.shared)
             : nullptr;
}
std::string_view Value::undefined_text() const {
  const detail::UndefinedBox* box = undefined_box();
  return box == nullptr ? std::string_view() : std::string_view(box->text);
}
bool Value::undefined_chains() const {
  const detail::UndefinedBox* box = undefined_box();
  return box != nullptr && box->chains;
}

/// Also a short one is on the heap: inside of a Value there is no room for the tag.
Value Value::text(std::string_view text, TextTag tag) {
  if (tag == TextTag::None) return text;
  Value value(Kind::Text);
  value.box(text, tag);
  return value;
}

TextTag Value::text_tag() const {
  if (!expect(Kind::Text).on_heap()) return TextTag::None;
  return static_cast<const detail::TextBox*>(plain_.as.shared)->tag;
}

std::string_view Value::boxed_chars() const noexcept {
  if (plain_.size == kUndefinedHeap) {
    return static_cast<const detail::UndefinedBox*>(plain_.as.shared)->name;
  }
  return static_cast<const detail::TextBox*>(plain_.as.shared)->view();
}

void Value::box(std::string_view chars, TextTag tag) {
  plain_.as.shared = detail::TextBox::make(chars, tag);
  plain_.size = kHeap;
}

void Value::release() noexcept {
  detail::Shared* shared = plain_.as.shared;
  if (shared->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (plain_.kind) {
    case Kind::List: delete static_cast<List*>(shared); break;
    case Kind::Map: delete static_cast<Map*>(shared); break;
    case Kind::Object: delete static_cast<Object*>(shared); break;
    default:
      if (plain_.size == kUndefinedHeap) {
        delete static_cast<detail::UndefinedBox*>(shared);
      } else {
        detail::TextBox::destroy(static_cast<detail::TextBox*>(shared));
      }
      break;
  }
}

void Value::throw_kind(Kind wanted) const {
  throw Error(ErrorKind::Runtime,
              fmt::format("expected {}, found {}", kind_name(wanted), kind_name(kind())));
}
void Value::throw_too_large() {
  throw Error(ErrorKind::Runtime, "an unsigned integer above 9223372036854775807 does not fit")
      .hint("pass it as text, or as a Decimal");
}

namespace {

bool is_number(const Value& v) { return v.is_bool() || v.is_int() || v.is_float(); }

std::int64_t integer_of(const Value& v) { return v.is_bool() ? (v.as_bool() ? 1 : 0) : v.as_int(); }

/// Exact comparison of an integer and a double: converting the integer would round it.
bool equal_exactly(std::int64_t i, double d) {
  constexpr double kTwo63 = 9223372036854775808.0;
  return d >= -kTwo63 && d < kTwo63 && std::trunc(d) == d && static_cast<std::int64_t>(d) == i;
}

bool equal_numbers(const Value& a, const Value& b) {
  if (a.is_float() && b.is_float()) return a.as_float() == b.as_float();
  if (a.is_float()) return equal_exactly(integer_of(b), a.as_float());
  if (b.is_float()) return equal_exactly(integer_of(a), b.as_float());
  return integer_of(a) == integer_of(b);
}

bool equal_maps(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const auto& entry : a) {
    const Value* other = b.find(entry.key);
    if (other == nullptr || !(*other == entry.value)) return false;
  }
  return true;
}

std::uint32_t mix(std::uint64_t x) noexcept {
  x ^= x >> 32U;
  x *= 0x9E3779B97F4A7C15ULL;
  return static_cast<std::uint32_t>(x >> 32U);
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (is_number(a) && is_number(b)) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::Text:
    case Kind::Bytes: return a.chars() == b.chars();
    case Kind::List:
      return a.as_list().is_tuple() == b.as_list().is_tuple() &&
             a.as_list().items() == b.as_list().items();
    case Kind::Map: return equal_maps(a.as_map(), b.as_map());
    case Kind::Object: return &a.as_object() == &b.as_object();
    default: return true;  // undefined and null each equal themselves
  }
}

std::uint32_t hash_text(std::string_view key) noexcept {
  std::uint64_t h = 0xCBF29CE484222325ULL ^ key.size();
  const char* p = key.data();
  std::size_t n = key.size();
  for (; n >= 8; p += 8, n -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    h = (h ^ word) * 0x9E3779B97F4A7C15ULL;
    h ^= h >> 29U;
  }
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    rest |= static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  }
  return mix((h ^ rest) * 0xFF51AFD7ED558CCDULL);
}

[[gnu::hot]] std::uint32_t hash_value(const Value& key) {
  switch (key.kind()) {
    case Kind::Text: return hash_text(key.as_text());
    case Kind::Bytes: return hash_text(key.as_bytes()) + 1;
    case Kind::Bool:
    case Kind::Int: return mix(static_cast<std::uint64_t>(integer_of(key)));
    case Kind::Float: {
      const double d = key.as_float();
      const bool whole = d >= -9.2e18 && d <= 9.2e18 && std::trunc(d) == d;
      if (whole) return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(d)));
      std::uint64_t bits = 0;
      std::memcpy(&bits, &d, sizeof bits);
      return mix(bits);
    }
    case Kind::Null: return 0x6E756C6CU;
    case Kind::Undefined: return 0x756E6465U;
    case Kind::Object: return mix(reinterpret_cast<std::uintptr_t>(&key.as_object()));
    case Kind::List: {
      if (!key.as_list().is_tuple()) break;
      std::uint32_t h = 0x7475706CU;
      for (const Value& item : key.as_list()) h = mix(h * 31ULL + hash_value(item));
      return h;
    }
    case Kind::Map: break;
  }
  throw Error(ErrorKind::Runtime, fmt::format("unhashable type: {}", kind_name(key.kind())))
      .hint("a map's key is a text, number, bool, null or tuple");
}

namespace {
constexpr std::size_t kIndexFrom = 9;
constexpr std::uint32_t kEmpty = std::numeric_limits<std::uint32_t>::max();
}  // namespace

[[gnu::hot]] Map::Map(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  entries_.reserve(entries.size());
  for (const auto& [key, value] : entries) set(Value(key), value);
}

Map& Map::operator=(const Map& other) {
  entries_ = other.entries_;
  index_ = other.index_;
  return *this;
}
Map& Map::operator=(Map&& other) noexcept {
  entries_ = std::move(other.entries_);
  index_ = std::move(other.index_);
  return *this;
}

template <class Equal>
const Map::Entry* Map::locate(std::uint32_t hash, Equal equal) const {
  if (index_.empty()) {
    for (const Entry& entry : entries_) {
      if (entry.hash == hash && equal(entry.key)) return &entry;
    }
    return nullptr;
  }
  const std::size_t mask = index_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (index_[slot] == kEmpty) return nullptr;
    const Entry& entry = entries_[index_[slot]];
    if (entry.hash == hash && equal(entry.key)) return &entry;
  }
}

[[gnu::hot]] void Map::reindex() {
  if (entries_.size() < kIndexFrom) return;
  if (index_.size() < entries_.size() * 2) {
    std::size_t size = 32;
    while (size < entries_.size() * 2) size *= 2;
    index_.assign(size, kEmpty);
    for (std::uint32_t i = 0; i + 1 < entries_.size(); ++i) {
      std::size_t slot = entries_[i].hash & (size - 1);
      while (index_[slot] != kEmpty) slot = (slot + 1) & (size - 1);
      index_[slot] = i;
    }
  }
  const std::size_t mask = index_.size() - 1;
  std::size_t slot = entries_.back().hash & mask;
  while (index_[slot] != kEmpty) slot = (slot + 1) & mask;
  index_[slot] = static_cast<std::uint32_t>(entries_.size() - 1);
}

[[gnu::hot]] void Map::set(Value key, Value value) {
  const std::uint32_t hash = hash_value(key);
  const Entry* known = locate(hash, [&](const Value& k) { return k == key; });
  if (known != nullptr) {
    entries_[static_cast<std::size_t>(known - entries_.data())].value = std::move(value);
    return;
  }
  entries_.push_back({std::move(key), std::move(value), hash});
  reindex();
}

bool Map::erase(const Value& key) {
  const Entry* known = locate(hash_value(key), [&](const Value& k) { return k == key; });
  if (known == nullptr) return false;
  entries_.erase(entries_.begin() + (known - entries_.data()));
  index_.clear();
  reindex();
  ++erasures_;
  return true;
}

void Map::clear() {
  entries_.clear();
  index_.clear();
  ++erasures_;
}

const Value* Map::find(const Value& key) const {
  const Entry* entry = locate(hash_value(key), [&](const Value& k) { return k == key; });
  return entry == nullptr ? nullptr : &entry->value;
}

const Value& Map::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  std::string keys;
  for (const Entry& entry : entries_) {
    if (!entry.key.is_text()) continue;
    keys += fmt::format("{}{}", keys.empty() ? "" : ", ", entry.key.as_text());
  }
  throw Error(ErrorKind::Runtime, fmt::format("there is no \"{}\" in this map", key))
      .detail(fmt::format("keys: {}", keys));
}

[[gnu::hot]] const Value* Map::search(const Value& text, std::uint32_t hash,
                                      std::uint32_t& guess) const noexcept {
  const Entry* entry = locate(hash, [&](const Value& key) { return key.is_same_text(text); });
  if (entry == nullptr) return nullptr;
  guess = static_cast<std::uint32_t>(entry - entries_.data());
  return &entry->value;
}

const Value* Map::find(std::string_view key, std::uint32_t hash) const noexcept {
  const Entry* entry =
      locate(hash, [&](const Value& k) { return k.is_text() && k.as_text() == key; });
  return entry == nullptr ? nullptr : &entry->value;
}

}  // namespace pgjinja
