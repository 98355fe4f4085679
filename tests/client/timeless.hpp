#pragma once

#include <regex>
#include <string>

namespace pgjinja::test {

/// A report without what a clock has said: "for N ms".
inline std::string timeless(const std::string& report) {
  static const std::regex kTime("for [0-9]+ ms");
  return std::regex_replace(report, kTime, "for N ms");
}

}  // namespace pgjinja::test
