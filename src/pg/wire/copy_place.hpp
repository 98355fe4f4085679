#pragma once

#include <pgjinja/pg/copy.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

/// What the context of an error says about a COPY: `COPY city, line 3, column id: "seven"`, in the
/// server's language. In both formats each row is one line.
struct CopyPlace {
  std::size_t row = 0;      ///< from 1; 0: the context says nothing
  std::string column = {};  ///< of those that are copied; empty: none is named
  std::string_view rest;    ///< the context without it, which may repeat a value
};

CopyPlace copy_place(std::string_view where, const CopyIn& copy);

}  // namespace pgjinja::pg::wire
