#include "pg/codec/list_decoder.hpp"
#include "pg/codec/sources.hpp"

#include <pgjinja/pg/codec.hpp>

#include <span>
#include <utility>
#include <vector>

namespace pgjinja::pg {

namespace {

Decoder pick(std::span<const Source> sources, Oid type, Format format) {
  for (const Source& source : sources) {
    if (source.type == type) return format == Format::Binary ? source.binary : source.text;
  }
  return nullptr;
}

/// Types that the codecs do not know (enums, composites, inet, extensions') are text.
template <class T>
Decoder foreign(Oid type, Format format) {
  return format == Format::Text && is_foreign(type) ? decode<read_text, T> : nullptr;
}

Decoder find_list(Oid element, Format format) {
  static constexpr auto kLists = list_sources(std::make_index_sequence<kSources<Value>.size()>());
  return element == oid::kUnknown ? nullptr : pick(kLists, element, format);
}

}  // namespace

template <class T>
Decoder find_decoder(Oid type, Format format) {
  if (type == oid::kUnknown) {
    return format == Format::Text ? kSources<T>.front().text : nullptr;
  }
  return pick(kSources<T>, type, format);
}

template <>
Decoder find_decoder<std::string>(Oid type, Format format) {
  const Decoder known = pick(kSources<std::string>, type, format);
  return known != nullptr ? known : foreign<std::string>(type, format);
}

template <>
Decoder find_decoder<Value>(Oid type, Format format) {
  if (const Decoder known = pick(kSources<Value>, type, format)) return known;
  if (const Decoder list = find_list(element_type(type), format)) return list;
  return foreign<Value>(type, format);
}

bool has_binary_decoder(Oid type) noexcept {
  return find_decoder<Value>(type, Format::Binary) != nullptr;
}

template Decoder find_decoder<bool>(Oid, Format);
template Decoder find_decoder<std::int16_t>(Oid, Format);
template Decoder find_decoder<std::int32_t>(Oid, Format);
template Decoder find_decoder<std::int64_t>(Oid, Format);
template Decoder find_decoder<float>(Oid, Format);
template Decoder find_decoder<double>(Oid, Format);
template Decoder find_decoder<std::vector<std::byte>>(Oid, Format);
template Decoder find_decoder<Date>(Oid, Format);
template Decoder find_decoder<Timestamp>(Oid, Format);
template Decoder find_decoder<TimestampTz>(Oid, Format);
template Decoder find_decoder<TimeOfDay>(Oid, Format);
template Decoder find_decoder<Interval>(Oid, Format);
template Decoder find_decoder<std::chrono::microseconds>(Oid, Format);
template Decoder find_decoder<Uuid>(Oid, Format);
template Decoder find_decoder<Decimal>(Oid, Format);
template Decoder find_decoder<Json>(Oid, Format);
template Decoder find_decoder<Range<std::int32_t>>(Oid, Format);
template Decoder find_decoder<Range<std::int64_t>>(Oid, Format);
template Decoder find_decoder<Range<Decimal>>(Oid, Format);
template Decoder find_decoder<Range<Date>>(Oid, Format);
template Decoder find_decoder<Range<Timestamp>>(Oid, Format);
template Decoder find_decoder<Range<TimestampTz>>(Oid, Format);
template Decoder find_decoder<Multirange<std::int32_t>>(Oid, Format);
template Decoder find_decoder<Multirange<std::int64_t>>(Oid, Format);
template Decoder find_decoder<Multirange<Decimal>>(Oid, Format);
template Decoder find_decoder<Multirange<Date>>(Oid, Format);
template Decoder find_decoder<Multirange<Timestamp>>(Oid, Format);
template Decoder find_decoder<Multirange<TimestampTz>>(Oid, Format);

}  // namespace pgjinja::pg
