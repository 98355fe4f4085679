#pragma once

#include <optional>
#include <stop_token>
#include <utility>

namespace pgjinja::pg {

/// A token by which a stop is requested as soon as it is by one of two.
class StopEither {
 public:
  StopEither(std::stop_token first, std::stop_token second) {
    if (!first.stop_possible()) {
      token_ = std::move(second);
      return;
    }
    source_ = std::stop_source();
    token_ = source_.get_token();
    first_.emplace(std::move(first), Request{&source_});
    second_.emplace(std::move(second), Request{&source_});
  }
  StopEither(const StopEither&) = delete;
  StopEither& operator=(const StopEither&) = delete;

  [[nodiscard]] const std::stop_token& token() const noexcept { return token_; }

 private:
  struct Request {
    std::stop_source* source;
    void operator()() const noexcept { source->request_stop(); }
  };
  std::stop_source source_{std::nostopstate};  // made when there are two to follow
  std::stop_token token_;
  std::optional<std::stop_callback<Request>> first_;
  std::optional<std::stop_callback<Request>> second_;
};

}  // namespace pgjinja::pg
