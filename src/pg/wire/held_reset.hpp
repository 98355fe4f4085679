#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

/// Statements that undo what the last one to have a session has left in it, and have not been sent:
/// they go ahead of the next request, in its packet, and are answered with it.
///
/// There is no Sync between them and the request. So when one of them fails, the server passes over
/// all that follows (manual 55.2.3, error recovery), and the request is not executed in a session
/// that is still somebody else's. They are a transaction of their own, which does not fall with the
/// request's.
class HeldReset {
 public:
  /// @throws Error{Encode} for a NUL byte.
  void add(std::string_view sql);
  void clear() noexcept;
  [[nodiscard]] bool empty() const noexcept { return statements_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return statements_; }

  /// Appends them, and gives how many CommandComplete will answer them.
  std::size_t append(std::string& out) const;

 private:
  std::string messages_;
  std::size_t statements_ = 0;
};

}  // namespace pgjinja::pg::wire
