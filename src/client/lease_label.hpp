#pragma once

#include <pgjinja/client/call_options.hpp>

#include <string>
#include <string_view>

namespace pgjinja {

/// By which label a connection is borrowed for a template, or for something else of the client's.
class LeaseLabel {
 public:
  /// Both outlive it.
  LeaseLabel(std::string_view label_of_call, std::string_view what) : text_(what) {
    if (label_of_call.empty()) return;
    joined_.reserve(label_of_call.size() + 1 + what.size());
    joined_.append(label_of_call).append("/").append(what);
    text_ = joined_;
  }
  LeaseLabel(const LeaseLabel&) = delete;
  LeaseLabel& operator=(const LeaseLabel&) = delete;

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string joined_;
  std::string_view text_;
};

}  // namespace pgjinja
