#pragma once

#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

/// What the data of a binary COPY begins and ends with (manual, COPY, "Binary Format"): signature,
/// flags, length of the header's extension; and -1 in the place of a row's number of fields.
inline constexpr std::string_view kCopySignature("PGCOPY\n\377\r\n\0", 11);
inline constexpr std::string_view kCopyHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
inline constexpr std::string_view kCopyTrailer("\377\377", 2);

/// As COPY's FORMAT option has it.
std::string_view format_name(Format format) noexcept;

/// CopyInResponse and CopyOutResponse say in which format how many columns are copied.
/// @throws Error{Protocol} when it is not what was asked for.
void expect_copy_format(std::string_view body, Format format, std::size_t columns);

}  // namespace pgjinja::pg::wire
