#pragma once

#include <string>
#include <string_view>

namespace pgjinja::sql {

/// The name of a type that `sql` ends with, as in `timestamp(3) with time zone '…'` (manual
/// 4.1.2.7); empty if it does not end with one.
std::string type_at_end(std::string_view sql);

}  // namespace pgjinja::sql
