#pragma once

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <filesystem>

/// Fills the demo's tables from countries.tsv and cities.tsv (GeoNames, CC BY 4.0).
/// Returns how many rows there are now. @throws pgjinja::Error, also for a file that cannot be read
std::int64_t load_data_set(const pgjinja::Client& db, const std::filesystem::path& directory);
