#include "cli/exit_codes.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

TEST(ExitCodes, EveryKindOfErrorHasOneOfItsOwn) {
  std::set<int> codes{kSuccess, kInternalError, kUsageError, kWarnings};
  for (auto kind = ErrorKind::Syntax; kind <= ErrorKind::Cursor;
       kind = static_cast<ErrorKind>(static_cast<int>(kind) + 1)) {
    EXPECT_TRUE(codes.insert(exit_code_of(kind)).second) << error_kind_name(kind);
  }
  EXPECT_EQ(codes.size(), exit_codes().size());
}

// Scripts test for these numbers: a change here breaks them.
TEST(ExitCodes, AreStable) {
  EXPECT_EQ(exit_code_of(ErrorKind::Config), 3);
  EXPECT_EQ(exit_code_of(ErrorKind::NotFound), 4);
  EXPECT_EQ(exit_code_of(ErrorKind::Syntax), 5);
  EXPECT_EQ(exit_code_of(ErrorKind::Undefined), 6);
  EXPECT_EQ(exit_code_of(ErrorKind::Binding), 10);
  EXPECT_EQ(exit_code_of(ErrorKind::Connection), 12);
  EXPECT_EQ(exit_code_of(ErrorKind::Server), 13);
}

TEST(ExitCodes, AreAscendingAndBelowThoseOfTheShell) {
  int last = -1;
  for (const ExitCode& row : exit_codes()) {
    EXPECT_GT(row.code, last);
    EXPECT_LT(row.code, 64);
    last = row.code;
  }
}

}  // namespace
}  // namespace pgjinja::cli
