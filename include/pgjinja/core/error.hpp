#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja {

/// The class of an error: which stage refused, and so whose mistake it is.
enum class ErrorKind : std::uint8_t {
  Syntax,       ///< a template does not parse
  Undefined,    ///< a name or attribute that nothing gave a value was used
  NotFound,     ///< no such template
  Runtime,      ///< an operation of a template failed (wrong type, division by zero, …)
  Security,     ///< a template or path tried what it may not
  Limit,        ///< a bound was reached (size, recursion, iterations, …)
  Binding,      ///< a value stands where no parameter can stand
  Config,       ///< settings, files or arguments of the caller are wrong
  Connection,   ///< no session could be opened, or it was lost
  Server,       ///< PostgreSQL reported an error: see sqlstate()
  Protocol,     ///< the server sent what the protocol does not allow
  Timeout,      ///< a deadline passed
  Cancelled,    ///< the caller asked to stop
  Encode,       ///< a value does not fit the parameter's type
  Mapping,      ///< columns and members do not match, or a column's value does not fit
  Cardinality,  ///< another number of rows than was asked for
  Cursor        ///< a page's cursor was tampered with, or is another page's
};

/// The lower-case name of a kind as messages and JSON show it: "syntax", "not-found", …
std::string_view error_kind_name(ErrorKind kind) noexcept;

/// A place in a template that a message points at.
struct SourcePlace {
  std::string role;          ///< empty for the place itself, else "included from", "called from", …
  std::string name;          ///< template file as the user knows it
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1, in code points
  std::uint32_t length = 1;  ///< how many code points the caret underlines
  std::string text;          ///< the source line, without its line break
};

/// Finds line, column and line text of the bytes [offset, offset + length) of `source`.
/// An offset behind the end means the end. A range over several lines is cut at the first one's
/// end.
SourcePlace locate(std::string_view name, std::string_view source, std::size_t offset,
                   std::size_t length = 1);

/// The one exception type of pgjinja; copies are cheap and do not throw. What is not printable in
/// foreign names and values is \n, \x1b … in all but detail() and places(), which are as they came.
/// Build it by chaining: `throw Error(ErrorKind::Binding, "…").at(place).hint("…");`
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message);

  /// Adds a place; the first one added is where it happened, later ones tell how it got there.
  Error& at(SourcePlace place) &;
  Error&& at(SourcePlace place) && { return std::move(this->at(std::move(place))); }
  Error& hint(std::string hint) &;
  Error&& hint(std::string text) && { return std::move(this->hint(std::move(text))); }
  Error& detail(std::string detail) &;
  Error&& detail(std::string text) && { return std::move(this->detail(std::move(text))); }
  /// Five characters, PostgreSQL manual appendix A.
  Error& sqlstate(std::string_view state) &;
  Error&& sqlstate(std::string_view state) && { return std::move(this->sqlstate(state)); }
  /// The number n of the parameter `$n` that could not be encoded or that the server refused.
  Error& parameter(std::uint32_t number) &;
  Error&& parameter(std::uint32_t number) && { return std::move(this->parameter(number)); }
  /// Where in the SQL text the server points: in characters, from 1.
  Error& sql_position(std::uint32_t position) &;
  Error&& sql_position(std::uint32_t position) && {
    return std::move(this->sql_position(position));
  }
  Error& safe_to_retry(bool safe) &;
  Error&& safe_to_retry(bool safe) && { return std::move(this->safe_to_retry(safe)); }
  Error& in_doubt(bool unknown) &;
  Error&& in_doubt(bool unknown) && { return std::move(this->in_doubt(unknown)); }

  [[nodiscard]] ErrorKind kind() const noexcept;
  /// One sentence without place, hint or line break at its end.
  [[nodiscard]] const std::string& message() const noexcept;
  [[nodiscard]] const std::string& hint() const noexcept;
  [[nodiscard]] const std::string& detail() const noexcept;
  /// Empty unless the server gave one.
  [[nodiscard]] const std::string& sqlstate() const noexcept;
  /// From 1; 0 when no parameter is to blame.
  [[nodiscard]] std::uint32_t parameter() const noexcept;
  /// In characters of the SQL text, from 1; 0 when the server named none.
  [[nodiscard]] std::uint32_t sql_position() const noexcept;
  /// Where it happened, then how it got there; empty when no template is involved.
  [[nodiscard]] const std::vector<SourcePlace>& places() const noexcept;
  /// True only when the failed call provably changed nothing on the server.
  [[nodiscard]] bool safe_to_retry() const noexcept;
  /// True when nobody knows whether the statement took effect: it was sent, and the session was
  /// lost, or its caller waited no longer. Any other error of kind Connection, Server, Timeout or
  /// Cancelled is definite: the statement, or its transaction, has no effect.
  [[nodiscard]] bool in_doubt() const noexcept;

  /// The whole report: kind and message, each place with its source line and caret, detail, hint.
  /// Lives as long as this Error or any copy; several lines, no line break at the end.
  [[nodiscard]] const char* what() const noexcept override;

 private:
  struct State;
  State& own();  // copy on write

  std::shared_ptr<State> state_;
};

}  // namespace pgjinja
