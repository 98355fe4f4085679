#include "pg/wire/frontend_messages.hpp"

#include "pg/wire/backend_messages.hpp"

#include <pgjinja/core/error.hpp>

#include <cstddef>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

// A message of that size takes seconds to write, so this looks at the bound itself.
// src/include/libpq/libpq.h: PQ_LARGE_MESSAGE_LIMIT is MaxAllocSize - 1, and MaxAllocSize
// 0x3fffffff.
TEST(FrontendMessages, TheLargestIsOneByteBelowMaxAllocSize) {
  EXPECT_EQ(kMaxMessage, std::size_t{0x3FFFFFFF} - 1);
}

TEST(BackendMessages, TakesTheLargestThatAServerCanBuild) {
  EXPECT_EQ(message_size(std::string_view("D\x40\0\0\2", 5)), std::size_t{0x40000003});
  EXPECT_THROW(message_size(std::string_view("D\x40\0\0\3", 5)), Error);
}

}  // namespace
}  // namespace pgjinja::pg::wire
