#pragma once

namespace pgjinja::sql {

struct BinderOptions {
  bool allow_raw = true;  ///< false: a raw mark is Error{Security}
};

}  // namespace pgjinja::sql
