#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::pg {

/// Takes one item of a composite's or range's text off the front, up to one of the characters
/// `ends` (which stays): its characters without quotes and backslashes, a doubled quote being one
/// (manual 8.16.6, 8.17.5). nullopt when nothing stands there, not even quotes.
/// Returns false, and takes anything, when a quote is not closed or `ends` does not come.
bool take_item(std::string_view& rest, std::string_view ends, std::optional<std::string>& item);

}  // namespace pgjinja::pg
