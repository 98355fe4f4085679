#pragma once

#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <memory>

namespace pgjinja {

/// What a call renders and binds into. Each thread keeps sets between its calls, emptied, so that
/// calls that are repeated, also many at once (a batch), allocate nothing here. May end on another
/// thread than it began on, which keeps the set then. Movable; a moved-from one is only good for
/// being destroyed.
class Buffers {
 public:
  Buffers();
  ~Buffers();
  Buffers(Buffers&&) noexcept = default;
  Buffers& operator=(Buffers&&) = delete;
  Buffers(const Buffers&) = delete;
  Buffers& operator=(const Buffers&) = delete;

  [[nodiscard]] jinja::Fragment& fragment() noexcept { return set_->fragment; }
  [[nodiscard]] sql::Statement& statement() noexcept { return set_->statement; }
  [[nodiscard]] const sql::Statement& statement() const noexcept { return set_->statement; }

 private:
  struct Set {
    jinja::Fragment fragment;
    sql::Statement statement;
    std::size_t kept_bytes = 0;  // while it is kept: what it was counted as

    void clear() noexcept;
    /// What it holds although it is empty.
    [[nodiscard]] std::size_t bytes() const noexcept;
  };
  class Spares;
  static Spares* spares() noexcept;

  std::unique_ptr<Set> set_;
};

}  // namespace pgjinja
