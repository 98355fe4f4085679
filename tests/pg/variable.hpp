#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace pgjinja::pg {

/// Sets an environment variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, std::string value) : name_(name), value_(std::move(value)) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value_.c_str(), 1);
  }
  ~Variable() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

  [[nodiscard]] const std::string& value() const { return value_; }

 private:
  const char* name_;
  std::string value_;
  std::optional<std::string> before_;
};

}  // namespace pgjinja::pg
