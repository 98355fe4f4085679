#include "pg/wire/cacheable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

TEST(Cacheable, StatementsWithColumnsOfTheirOwn) {
  for (const char* sql :
       {"SELECT 1", "", "-- FETCH", "/* EXECUTE", "SELECT 1 -- fetch", "(SELECT 1)",
        "/* /* */ FETCH */ SELECT 1", "FETC", "EXPLAIN EXECUTE q", "-", "/"}) {
    EXPECT_TRUE(cacheable(sql)) << sql;
  }
}

TEST(Cacheable, NotThoseThatShowAnotherStatementsColumns) {
  for (const char* sql : {"FETCH 1 FROM c", "execute q", " \t\n\v\f\rFeTcH c",
                          "-- why\nEXECUTE q(1)", "-- mac\rFETCH c", "/* a /* b */ c */FETCH c",
                          ";; -- x\n /**/ ; FETCH c", "/***/FETCH c"}) {
    EXPECT_FALSE(cacheable(sql)) << sql;
  }
}

TEST(Cacheable, NotTextsOfManyBytes) {
  EXPECT_TRUE(cacheable(std::string(64 * 1024, 'x')));
  EXPECT_FALSE(cacheable(std::string(64 * 1024 + 1, 'x')));
}

}  // namespace
}  // namespace pgjinja::pg::wire
