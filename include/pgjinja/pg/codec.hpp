#pragma once

#include <pgjinja/core/range.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/byte_buffer.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// Appends the bytes of a parameter that is not NULL to `out` and says in which format they are.
///
/// A value means its PostgreSQL text form; binary is only a shorter way to say the same, taken
/// where `type` is known and the value is of its natural kind (int for the integer types, …).
/// So the server gets the same value whether the type is known or kUnknown, with one exception: a
/// list is an array (manual 8.15), but JSON where `type` is json or jsonb. Maps are JSON text
/// everywhere, bytes bytea ("\\x0aff" as text).
/// Safe to call from any thread; `out` keeps what it had, and has an unfinished end after an error.
/// @throws Error{Encode} for a text with a NUL byte or invalid UTF-8, an integer out of the type's
///         range, a list whose sub-lists differ in length or depth or that has more than six
///         dimensions, NaN in JSON, and null, undefined and objects, which no parameter holds.
Format encode(const Value& value, Oid type, std::string& out);

/// Appends what a value that is not NULL means as a text of that type: what encode() falls back on.
/// @throws Error{Encode} as encode() does
void encode_text(const Value& value, Oid type, std::string& out);

/// Appends a field that is not NULL as a row of a binary COPY has it: its length in four bytes, and
/// its binary form. `value` points to an object of type T. The server gets the same value as from
/// the text of that object.
/// @throws Error{Encode} as encode() does, and for points in time that the type has no room for
using Encoder = void (*)(const void* value, ByteBuffer& out);

/// The encoder from T to a column's type, or nullptr when text has to do. Defined for the types
/// that find_decoder is defined for.
template <class T>
Encoder find_encoder(Oid type);

/// Decodes one field that is not NULL into the object of type T behind `target`, which stays as it
/// was when this throws. Texts must be in the styles that every Connection asks for: DateStyle ISO,
/// IntervalStyle postgres, client_encoding UTF8.
/// @throws Error{Mapping} when the bytes do not fit (out of range, infinite date, …), without
///         saying which column: the caller knows; Error{Protocol} for bytes that no server sends.
using Decoder = void (*)(Field field, void* target);

/// The decoder from a column's type and format to T, or nullptr when T does not take that type.
/// Defined for: bool, int16/32/64, float, double, std::string, std::vector<std::byte>, Date,
/// Timestamp, TimestampTz, TimeOfDay, Interval, std::chrono::microseconds, Uuid, Decimal, Json,
/// Range and Multirange, and Value. Arrays are read with ArrayReader, element by element.
///
/// No lossy pair: int8 does not go into int32, nor numeric into double; smaller integers and real
/// go into larger types. std::string takes texts, json, xml and, in text format, types that this
/// library does not know (enums, composites, inet, …); Decimal takes integers too; microseconds
/// take time, and interval, a day as 24 hours, and no months. Value takes everything: numbers, bool
/// and bytea as such, arrays as lists, the rest as the server's text, timestamptz and ranges of it
/// in UTC (…+00) whatever the session's time zone is.
///
/// kUnknown in text is a text whose type is not told, such as a field of a composite's: T reads it
/// as a text of the type that suits it best.
template <class T>
Decoder find_decoder(Oid type, Format format);
template <>
Decoder find_decoder<std::string>(Oid type, Format format);
template <>
Decoder find_decoder<Value>(Oid type, Format format);

/// What fields of one column are read with.
struct Codec {
  Decoder decode;  ///< of the scalars that they are made of
  Oid type;        ///< of these scalars; kUnknown when nobody tells
  Format format;
};

/// Can a column of this type be asked for in binary? Then every T that takes it takes it so.
bool has_binary_decoder(Oid type) noexcept;

}  // namespace pgjinja::pg
