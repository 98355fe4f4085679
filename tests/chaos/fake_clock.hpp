#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::chaos {

/// The time of day as this program sees it, by libfaketime, which has to be there when a program
/// starts. The steady clock is left alone, as a system leaves it.
class FakeClock {
 public:
  /// What is started from now on sees the real time. @throws std::runtime_error when it is not
  /// there
  FakeClock();

  /// Is it there in this program?
  static bool is_there();
  /// Runs this program anew, with it: `arguments` are the program's. Its exit status; none where
  /// libfaketime is not installed.
  static std::optional<int> run_again(const std::vector<std::string>& arguments);

  /// From now on the time of day is so far from the real one.
  void jump(std::chrono::hours away) const;

 private:
  std::string file_;
};

}  // namespace pgjinja::chaos
