#include "pg/codec/array_decoder.hpp"
#include "pg/codec/sources.hpp"
#include "pg/codec/type_table.hpp"

#include <pgjinja/pg/codec.hpp>

#include <optional>
#include <span>
#include <vector>

namespace pgjinja::pg {

namespace {

Decoder pick(std::span<const Source> sources, Oid type, Format format) {
  for (const Source& source : sources) {
    if (source.type == type) return format == Format::Binary ? source.binary : source.text;
  }
  return nullptr;
}

bool is_foreign(Oid type) {
  return find_type(type) == nullptr && element_type(type) == oid::kUnknown;
}

/// Types that the codecs do not know (enums, domains' arrays, inet, extensions') are text.
template <class T>
Decoder foreign(Oid type, Format format) {
  return format == Format::Text && is_foreign(type) ? decode<read_text, T> : nullptr;
}

template <class T>
struct Find {
  static Decoder decoder(Oid type, Format format) { return pick(kSources<T>, type, format); }
};

template <>
struct Find<std::string> {
  static Decoder decoder(Oid type, Format format) {
    const Decoder known = pick(kSources<std::string>, type, format);
    return known != nullptr ? known : foreign<std::string>(type, format);
  }
};

template <class T, bool kNullable>
struct FindVector {
  template <std::size_t kIndex>
  using Array = VectorOf<T, kNullable, kIndex>;

  static Decoder decoder(Oid type, Format format) {
    static constexpr auto kArrays =
        array_sources<T, Array>(std::make_index_sequence<kSources<T>.size()>());
    return pick(kArrays, element_type(type), format);
  }
};

template <class T>
struct Find<std::vector<T>> : FindVector<T, false> {};
template <class T>
struct Find<std::vector<std::optional<T>>> : FindVector<T, true> {};
template <>
struct Find<std::vector<std::byte>> {
  static Decoder decoder(Oid type, Format format) {
    return pick(kSources<std::vector<std::byte>>, type, format);
  }
};

template <>
struct Find<Value> {
  static Decoder decoder(Oid type, Format format) {
    if (const Decoder known = pick(kSources<Value>, type, format)) return known;
    static constexpr auto kArrays =
        array_sources<Value, ListOf>(std::make_index_sequence<kSources<Value>.size()>());
    if (const Oid element = element_type(type); element != oid::kUnknown) {
      return pick(kArrays, element, format);
    }
    return foreign<Value>(type, format);
  }
};

}  // namespace

template <class T>
Decoder find_decoder(Oid type, Format format) {
  return Find<T>::decoder(type, format);
}

bool has_binary_decoder(Oid type) noexcept {
  return Find<Value>::decoder(type, Format::Binary) != nullptr;
}

template Decoder find_decoder<Value>(Oid, Format);

#define PGJINJA_DECODES(...)                                            \
  template Decoder find_decoder<__VA_ARGS__>(Oid, Format);              \
  template Decoder find_decoder<std::vector<__VA_ARGS__>>(Oid, Format); \
  template Decoder find_decoder<std::vector<std::optional<__VA_ARGS__>>>(Oid, Format)

PGJINJA_DECODES(bool);
PGJINJA_DECODES(std::int16_t);
PGJINJA_DECODES(std::int32_t);
PGJINJA_DECODES(std::int64_t);
PGJINJA_DECODES(float);
PGJINJA_DECODES(double);
PGJINJA_DECODES(std::string);
PGJINJA_DECODES(std::vector<std::byte>);
PGJINJA_DECODES(Date);
PGJINJA_DECODES(Timestamp);
PGJINJA_DECODES(TimestampTz);
PGJINJA_DECODES(TimeOfDay);
PGJINJA_DECODES(Interval);
PGJINJA_DECODES(Uuid);
PGJINJA_DECODES(Decimal);
PGJINJA_DECODES(Json);

#undef PGJINJA_DECODES

}  // namespace pgjinja::pg
