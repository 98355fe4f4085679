#pragma once

#include <cstdint>
#include <string>

namespace pgjinja::pg {

/// What a statement did.
struct Outcome {
  std::string tag;        ///< the command tag: "SELECT 3", "INSERT 0 1" (manual 55.7)
  std::int64_t rows = 0;  ///< rows returned or affected; 0 for commands that count none
};

}  // namespace pgjinja::pg
