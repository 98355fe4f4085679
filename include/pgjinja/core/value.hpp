#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

/// What a Value holds. `Undefined` is Jinja2's undefined (a name that nothing gave a value);
/// `Null` is Python's None and SQL's NULL.
enum class Kind : std::uint8_t {
  Undefined,
  Null,
  Bool,
  Int,
  Float,
  Text,
  Bytes,
  List,
  Map,
  Object
};

/// What a text stands for that has no kind of its own. To templates and to the server such a value
/// is its text; the tag says how to show it to a program, and goes along with copies of the value
/// only.
enum class TextTag : std::uint8_t { None, Decimal, Date, Timestamp, Uuid };
/// "decimal", "date", …; "text" for None.
std::string_view text_tag_name(TextTag tag) noexcept;

/// The lower-case name of a kind as messages show it: "int", "text", "list", …
std::string_view kind_name(Kind kind) noexcept;

class List;
class Map;
class Object;
class Value;

/// How a type of yours becomes a Value. Specialise it with
/// `static Value convert(const T&)`; then a T can stand wherever a Value is taken.
template <class T>
struct ValueConverter;

template <class T>
concept ConvertibleToValue = requires(const T& t) { ValueConverter<T>::convert(t); };

namespace detail {
/// Intrusive reference count of everything that a Value holds on the heap, and what keeps walks
/// over it bounded. What is not open never changes, and any thread may read it; an open one belongs
/// to one rendering (docs/adr/011).
struct Shared {
  std::atomic<std::uint32_t> refs{1};
  std::uint16_t depth = 1;      // more than that of anything it holds: bounds its levels
  bool open : 1 = false;        // a template may change it, or something that it holds
  bool changeable : 1 = false;  // a template may change it
  bool contained : 1 = false;   // of an open one: something may hold it, so its depth cannot rise
  std::uint32_t extent = 1;     // values from here down, a shared one counted wherever it stands
  std::uint32_t epoch = 0;      // of an open one: when the extent was right, see Changes
};
struct TextBox;
struct UndefinedBox;
struct Access;
}  // namespace detail

/// One dynamically typed value: what a template computes with and what is bound as a parameter.
///
/// 16 bytes; texts of up to 14 bytes are stored inside, all else is shared by reference count, so
/// a copy never copies contents. Values are immutable; distinct Values (also copies of one) may be
/// used from different threads at once. Only lists and maps that a running template has made may
/// change, by that template; see may_change().
///
/// Accessors such as as_int() demand the right kind (checked: they throw Error{Runtime}).
class Value {
 public:
  static constexpr std::uint32_t kMaxDepth = 1000;
  static constexpr std::uint64_t kMaxExtent = std::uint64_t{1} << 26U;

  Value() noexcept : Value(Kind::Null) {}
  Value(std::nullptr_t) noexcept : Value(Kind::Null) {}
  Value(std::nullopt_t) noexcept : Value(Kind::Null) {}
  Value(bool b) noexcept : Value(Kind::Bool) { plain_.as.boolean = b; }
  Value(char) = delete;
  Value(double d) noexcept : Value(Kind::Float) { plain_.as.real = d; }
  Value(float f) noexcept : Value(static_cast<double>(f)) {}

  /// Any integer. @throws Error{Runtime} for an unsigned one above 2^63 - 1.
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  Value(T i) : Value(Kind::Int) {
    if constexpr (std::unsigned_integral<T> && sizeof(T) == 8) {
      if (i > static_cast<T>(INT64_MAX)) throw_too_large();
    }
    plain_.as.integer = static_cast<std::int64_t>(i);
  }

  Value(std::string_view text) : Value(Kind::Text, text) {}
  Value(const std::string& text) : Value(Kind::Text, std::string_view(text)) {}
  /// A null pointer is null.
  Value(const char* text) : Value(text == nullptr ? Value() : Value(std::string_view(text))) {}

  /// Takes over a list or map. @throws Error{Limit} when it is nested deeper than kMaxDepth, which
  /// keeps everything that walks a value (also its destructor) from exhausting the stack, or holds
  /// more than kMaxExtent values, which lists that share their parts come to with little memory.
  explicit Value(List list);
  explicit Value(Map map);

  template <class T>
    requires ConvertibleToValue<T>
  Value(const T& t) : Value(ValueConverter<T>::convert(t)) {}

  /// An undefined value that remembers the name it was looked up by.
  static Value undefined(std::string_view name = {}) { return {Kind::Undefined, name}; }
  /// One that is printed as `text` and, if it `chains`, is its own attributes and items: what
  /// Jinja2's DebugUndefined and ChainableUndefined are.
  static Value undefined(std::string_view name, std::string_view text, bool chains);
  static Value text(std::string_view text, TextTag tag);
  static Value bytes(std::string_view raw) { return {Kind::Bytes, raw}; }
  static Value bytes(std::span<const std::byte> raw) {
    return bytes(std::string_view(reinterpret_cast<const char*>(raw.data()), raw.size()));
  }
  static Value list(std::vector<Value> items);
  static Value tuple(std::vector<Value> items);
  /// A new object of type T, as Value: `Value::object<Mark>(…)`.
  template <std::derived_from<Object> T, class... Args>
  static Value object(Args&&... args) {
    return Value(adopt, static_cast<Object*>(new T(std::forward<Args>(args)...)));
  }

  Value(const Value& other) noexcept : plain_(other.plain_) {
    if (on_heap()) plain_.as.shared->refs.fetch_add(1, std::memory_order_relaxed);
  }
  Value(Value&& other) noexcept : plain_(other.plain_) {
    other.plain_.kind = Kind::Null;
    other.plain_.size = 0;
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Value() {
    if (on_heap()) release();
  }
  void swap(Value& other) noexcept { std::swap(plain_, other.plain_); }
  /// Becomes null.
  void reset() noexcept {
    if (on_heap()) release();
    plain_.kind = Kind::Null;
    plain_.size = 0;
  }

  [[nodiscard]] Kind kind() const noexcept { return plain_.kind; }
  [[nodiscard]] bool is_undefined() const noexcept { return kind() == Kind::Undefined; }
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::Null; }
  [[nodiscard]] bool is_bool() const noexcept { return kind() == Kind::Bool; }
  [[nodiscard]] bool is_int() const noexcept { return kind() == Kind::Int; }
  [[nodiscard]] bool is_float() const noexcept { return kind() == Kind::Float; }
  [[nodiscard]] bool is_text() const noexcept { return kind() == Kind::Text; }
  [[nodiscard]] bool is_bytes() const noexcept { return kind() == Kind::Bytes; }
  [[nodiscard]] bool is_list() const noexcept { return kind() == Kind::List; }
  [[nodiscard]] bool is_map() const noexcept { return kind() == Kind::Map; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == Kind::Object; }

  [[nodiscard]] bool as_bool() const { return expect(Kind::Bool).plain_.as.boolean; }
  [[nodiscard]] std::int64_t as_int() const { return expect(Kind::Int).plain_.as.integer; }
  [[nodiscard]] double as_float() const { return expect(Kind::Float).plain_.as.real; }
  /// The text; the view lives as long as this Value is neither changed nor destroyed.
  [[nodiscard]] std::string_view as_text() const { return expect(Kind::Text).chars(); }
  /// What the text stands for.
  [[nodiscard]] TextTag text_tag() const;
  /// The raw bytes, viewed as as_text().
  [[nodiscard]] std::string_view as_bytes() const { return expect(Kind::Bytes).chars(); }
  [[nodiscard]] const List& as_list() const;
  [[nodiscard]] const Map& as_map() const;
  [[nodiscard]] const Object& as_object() const;
  /// The object as T, or nullptr when this is no object or one of another class.
  template <std::derived_from<Object> T>
  [[nodiscard]] const T* as() const noexcept;
  /// How many values a walk over this one comes by: 1, or for a list or map those that it holds as
  /// well, a shared one as often as it stands there.
  [[nodiscard]] std::uint64_t extent() const noexcept;
  /// Can a running template still change it, or something that it holds? Only a filter or function
  /// of the engine itself ever sees such a value: others, and fragments, get what frozen() gives.
  [[nodiscard]] bool may_change() const noexcept {
    return is_container() && plain_.as.shared->open;
  }
  /// What it is now: itself, or a copy of what may change; an object that does not show what it
  /// holds (a method, a loop) stays itself. @throws Error{Limit} as Value(List)
  [[nodiscard]] Value frozen() const { return may_change() ? freeze() : *this; }
  /// The name that an undefined value was looked up by.
  [[nodiscard]] std::string_view undefined_name() const { return expect(Kind::Undefined).chars(); }
  /// What an undefined value is printed as: nothing, unless it was made with a text.
  [[nodiscard]] std::string_view undefined_text() const;
  /// Is an undefined value its own attributes and items?
  [[nodiscard]] bool undefined_chains() const;

  /// Structural equality as Python's `==` has it for data (1 == 1.0 == true; objects by identity).
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class List;
  friend class Map;
  friend class Object;
  friend struct detail::Access;
  class Contents;
  struct Adopt {};
  static constexpr Adopt adopt{};
  static constexpr std::uint8_t kHeap = 0xFF;
  static constexpr std::uint8_t kUndefinedHeap = 0xFE;  // an UndefinedBox
  static constexpr std::size_t kInline = 14;

  explicit Value(Kind kind) noexcept : plain_{kind, 0, {}, {}} {}
  Value(Kind kind, std::string_view chars) : plain_{kind, 0, {}, {}} {
    if (chars.size() <= kInline) {
      inline_.size = static_cast<std::uint8_t>(chars.size());
      if (!chars.empty()) std::memcpy(inline_.chars, chars.data(), chars.size());
    } else {
      box(chars);
    }
  }
  Value(Adopt, Object* object) noexcept;
  Value(Kind kind, detail::Shared* shared) noexcept : plain_{kind, kHeap, {}, {}} {
    plain_.as.shared = shared;
  }

  [[nodiscard]] bool is_container() const noexcept { return kind() >= Kind::List; }
  [[nodiscard]] bool on_heap() const noexcept { return plain_.size >= kUndefinedHeap; }
  [[nodiscard]] std::string_view chars() const noexcept {
    return on_heap() ? boxed_chars() : std::string_view(inline_.chars, inline_.size);
  }
  /// Are both texts, and the same? Bytes of a short one that are not used are zero.
  [[nodiscard]] bool is_same_text(const Value& other) const noexcept {
    if (!on_heap() && !other.on_heap()) return is_text() && equal_bytes(other);
    return is_text() && other.is_text() && chars() == other.chars();
  }
  [[nodiscard]] bool equal_bytes(const Value& other) const noexcept {
    std::array<std::uint64_t, 2> ours{};
    std::array<std::uint64_t, 2> theirs{};
    std::memcpy(ours.data(), &plain_, sizeof plain_);
    std::memcpy(theirs.data(), &other.plain_, sizeof other.plain_);
    return ours[0] == theirs[0] && ours[1] == theirs[1];
  }
  [[nodiscard]] const Value& expect(Kind kind) const {
    if (plain_.kind != kind) throw_kind(kind);
    return *this;
  }
  [[nodiscard]] std::string_view boxed_chars() const noexcept;
  [[nodiscard]] const detail::UndefinedBox* undefined_box() const;
  void box(std::string_view chars, TextTag tag = TextTag::None);
  void release() noexcept;
  [[noreturn]] void throw_kind(Kind wanted) const;
  [[noreturn]] static void throw_too_large();
  [[nodiscard]] Value freeze() const;

  struct Plain {
    Kind kind;
    std::uint8_t size;
    std::array<std::uint8_t, 6> unused;
    union {
      std::int64_t integer;  // first, so that {} clears all of it: see is_same_text()
      bool boolean;
      double real;
      detail::Shared* shared;
    } as;
  };
  struct Inline {
    Kind kind;
    std::uint8_t size;
    char chars[kInline];
  };
  union {
    Plain plain_;
    Inline inline_;
  };
};
static_assert(sizeof(Value) == 16);

/// A sequence of values. `is_tuple()` matters only for how Python would print it.
class List : public detail::Shared {
 public:
  explicit List(std::vector<Value> items = {}, bool tuple = false)
      : items_(std::move(items)), tuple_(tuple) {}
  List(const List& other) : Shared(), items_(other.items_), tuple_(other.tuple_) {}
  List(List&& other) noexcept : Shared(), items_(std::move(other.items_)), tuple_(other.tuple_) {}
  List& operator=(const List&) = delete;
  List& operator=(List&&) = delete;
  ~List() = default;

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] bool is_tuple() const noexcept { return tuple_; }
  [[nodiscard]] const Value& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] const std::vector<Value>& items() const noexcept { return items_; }
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }

 private:
  friend struct detail::Access;
  std::vector<Value> items_;
  bool tuple_;
};

/// A hash of `key` as Map uses it; equal values (1, 1.0, true) hash alike.
/// @throws Error{Runtime} for a list or a map, which Python cannot hash either.
std::uint32_t hash_value(const Value& key);
/// The same hash of a text, without making a Value.
std::uint32_t hash_text(std::string_view key) noexcept;

/// A map that remembers insertion order, as Python's dict does.
class Map : public detail::Shared {
 public:
  struct Entry {
    Value key;
    Value value;
    std::uint32_t hash;
  };

  Map() = default;
  Map(std::initializer_list<std::pair<std::string_view, Value>> entries);
  Map(const Map& other) : Shared(), entries_(other.entries_), index_(other.index_) {}
  Map(Map&& other) noexcept
      : Shared(), entries_(std::move(other.entries_)), index_(std::move(other.index_)) {}
  Map& operator=(const Map& other);
  Map& operator=(Map&& other) noexcept;
  ~Map() = default;

  /// Inserts, or replaces the value of an equal key (its place in the order stays).
  void set(Value key, Value value);
  /// Removes a key and its value; those behind it keep their order. Is it gone, or was it not
  /// there?
  bool erase(const Value& key);
  void clear();
  /// How often something was removed: with the size it tells whether the keys have changed.
  [[nodiscard]] std::uint32_t erasures() const noexcept { return erasures_; }
  /// The value at `key`, or nullptr. The pointer lives until the map changes.
  [[nodiscard]] const Value* find(const Value& key) const;
  [[nodiscard]] const Value* find(std::string_view key) const noexcept {
    return find(key, hash_text(key));
  }
  [[nodiscard]] const Value* find(const char* key) const noexcept {
    return find(std::string_view(key));
  }
  [[nodiscard]] const Value* find(const std::string& key) const noexcept {
    return find(std::string_view(key));
  }
  /// The value at `key`, which lives until the map changes. @throws Error{Runtime} when there is
  /// none, naming the keys that there are.
  [[nodiscard]] const Value& at(std::string_view key) const;
  /// As above with hash_text(key) known beforehand.
  [[nodiscard]] const Value* find(std::string_view key, std::uint32_t hash) const noexcept;
  /// The same for a text; looks at entries()[guess] first, and sets `guess` to where it was found.
  [[nodiscard]] const Value* find(const Value& text, std::uint32_t hash,
                                  std::uint32_t& guess) const noexcept {
    if (guess < entries_.size()) {
      const Entry& entry = entries_[guess];
      if (entry.hash == hash && entry.key.is_same_text(text)) return &entry.value;
    }
    return search(text, hash, guess);
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }

 private:
  template <class Equal>
  [[nodiscard]] const Entry* locate(std::uint32_t hash, Equal equal) const;
  [[nodiscard]] const Value* search(const Value& text, std::uint32_t hash,
                                    std::uint32_t& guess) const noexcept;
  void reindex();

  friend struct detail::Access;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;  // open addressing over entries_, from nine entries on
  std::uint32_t erasures_ = 0;
};

/// The open arm of Value: what upper layers put into it (marks, fragments, macros, loops) without
/// `core` knowing them. Objects are immutable after they have been shared, or guard themselves.
class Object : public detail::Shared {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  /// What messages call it: "macro", "identifier mark", …
  [[nodiscard]] virtual std::string_view type_name() const noexcept = 0;
  /// The attribute `name`, or nullopt when there is none.
  [[nodiscard]] virtual std::optional<Value> attribute(std::string_view name) const {
    static_cast<void>(name);
    return std::nullopt;
  }
  /// Its elements when it can be iterated.
  [[nodiscard]] virtual std::optional<std::vector<Value>> iterate() const { return std::nullopt; }
  [[nodiscard]] virtual bool truthy() const { return true; }
  /// What it prints as where everything is text.
  [[nodiscard]] virtual std::string to_text() const { return "<" + std::string(type_name()) + ">"; }
  /// True when it stands for text or marks: an operation or filter that does not know it would lose
  /// what it stands for, and has to refuse it.
  [[nodiscard]] virtual bool sealed() const noexcept { return false; }
  /// What it is now, when it holds what may change and shows that; see Value::frozen().
  [[nodiscard]] virtual std::optional<Value> frozen() const { return std::nullopt; }

 protected:
  /// To be called in the constructor with each value that the object keeps, so that values cannot
  /// be nested without bound through objects either. @throws Error{Limit} as for a list of it.
  void holds(const Value& value);
};

inline const List& Value::as_list() const {
  return *static_cast<const List*>(expect(Kind::List).plain_.as.shared);
}
inline const Map& Value::as_map() const {
  return *static_cast<const Map*>(expect(Kind::Map).plain_.as.shared);
}
inline const Object& Value::as_object() const {
  return *static_cast<const Object*>(expect(Kind::Object).plain_.as.shared);
}

inline Value::Value(Adopt, Object* object) noexcept
    : Value(Kind::Object, static_cast<detail::Shared*>(object)) {}

template <std::derived_from<Object> T>
const T* Value::as() const noexcept {
  return is_object() ? dynamic_cast<const T*>(&as_object()) : nullptr;
}

template <class T>
  requires std::constructible_from<Value, const T&>
struct ValueConverter<std::optional<T>> {
  static Value convert(const std::optional<T>& v) { return v ? Value(*v) : Value(); }
};
template <class T>
  requires std::constructible_from<Value, const T&>
struct ValueConverter<std::vector<T>> {
  static Value convert(const std::vector<T>& v) {
    return Value::list(std::vector<Value>(v.begin(), v.end()));
  }
};
template <>
struct ValueConverter<std::vector<std::byte>> {
  static Value convert(const std::vector<std::byte>& v) {
    return Value::bytes(std::span<const std::byte>(v));
  }
};
template <>
struct ValueConverter<std::span<const std::byte>> {
  static Value convert(const std::span<const std::byte>& v) { return Value::bytes(v); }
};
template <class T, std::size_t N>
  requires std::constructible_from<Value, const T&>
struct ValueConverter<std::array<T, N>> {
  static Value convert(const std::array<T, N>& v) {
    return Value::list(std::vector<Value>(v.begin(), v.end()));
  }
};
template <std::size_t N>
struct ValueConverter<std::array<std::byte, N>> {
  static Value convert(const std::array<std::byte, N>& v) {
    return Value::bytes(std::span<const std::byte>(v));
  }
};
template <class T>
  requires std::constructible_from<Value, const T&>
struct ValueConverter<std::map<std::string, T>> {
  static Value convert(const std::map<std::string, T>& v) {
    Map map;
    for (const auto& [key, value] : v) map.set(Value(key), Value(value));
    return Value(std::move(map));
  }
};

}  // namespace pgjinja
