#pragma once

#include <pgjinja/client/call_sink.hpp>

#include <optional>

namespace pgjinja {

class Rendering;

/// An operation that takes one statement or more, in their order. It does no I/O: whoever executes
/// them asks for the next one when the one before has been executed.
class Steps {
 public:
  struct Step {
    Rendering& what;
    CallSink& sink;  ///< gets its rows and its end
  };

  virtual ~Steps() = default;
  /// The next statement, or nothing at the end: not to be called again then. Both live as long as
  /// this. @throws what is wrong with the operation, which is over then.
  virtual std::optional<Step> next() = 0;
};

/// Reads one page; what it then knows about the page's ends is an End.
template <class End>
class PageSteps : public Steps {
 public:
  /// When next() has given nothing.
  [[nodiscard]] virtual End end() const = 0;
};

}  // namespace pgjinja
