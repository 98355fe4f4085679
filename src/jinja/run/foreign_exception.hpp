#pragma once

#include <pgjinja/core/error.hpp>

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// What an exception of somebody else's code becomes.
inline Error foreign_error(std::string_view kind, std::string_view name,
                           const std::exception& thrown) {
  std::string message = "the ";
  message.append(kind).append(" '").append(name).append("' failed: ").append(thrown.what());
  return {ErrorKind::Runtime, std::move(message)};
}

/// Calls a filter, test or function that may have been added from outside. Its std::exceptions
/// become Error{Runtime}, so that they get a place; that memory ran out is no mistake of anybody's.
template <class Call>
auto call_foreign(std::string_view kind, std::string_view name, Call call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& thrown) {
    throw foreign_error(kind, name, thrown);
  }
}

}  // namespace pgjinja::jinja
