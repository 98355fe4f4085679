#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

namespace pgjinja::jinja {

/// The builtin test `defined`: a class of its own, so that the compiler sees that it is this one
/// and none that the host put in its place.
struct IsDefined {
  bool operator()(const Value& value, const Args& args) const {
    args.allow("defined", 0, {});
    return !value.is_undefined();
  }
};

}  // namespace pgjinja::jinja
