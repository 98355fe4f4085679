#pragma once

#include <pgjinja/pg/types.hpp>

#include <optional>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// The fields of a composite value in text, `(1,"a b",)`, each without its quotes, nullopt for NULL
/// (manual 8.16.6). "()" is one NULL, and what a row without columns is written as too.
/// @throws Error{Protocol} for bytes that are no such text.
std::vector<std::optional<std::string>> split_record(Field field);

}  // namespace pgjinja::pg
