#pragma once

#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <memory>

namespace pgjinja {

/// What a call renders and binds into. Each thread keeps one set between its calls, emptied, so
/// that a call that is repeated allocates nothing here; a call made inside another's gets a set of
/// its own.
class Buffers {
 public:
  Buffers();
  ~Buffers();
  Buffers(const Buffers&) = delete;
  Buffers& operator=(const Buffers&) = delete;

  [[nodiscard]] jinja::Fragment& fragment() noexcept { return set_->fragment; }
  [[nodiscard]] sql::Statement& statement() noexcept { return set_->statement; }

 private:
  struct Set {
    jinja::Fragment fragment;
    sql::Statement statement;

    void clear() noexcept;
    [[nodiscard]] bool is_small() const noexcept;
  };
  static std::unique_ptr<Set>& spare();

  std::unique_ptr<Set> set_;
};

}  // namespace pgjinja
