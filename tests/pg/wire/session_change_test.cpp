#include "pg/wire/session_change.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::wire {
namespace {

TEST(SessionChange, NothingIsLeftByWhatOnlyReadsOrWrites) {
  for (const char* sql : {"",
                          "SELECT 1",
                          "(SELECT 1)",
                          "  /* SET */ select 1",
                          "-- SET x\nSELECT 1",
                          "WITH a AS (SELECT 1) SELECT",
                          "UPDATE t SET a = 1",
                          "INSERT INTO t SELECT * FROM u",
                          "BEGIN",
                          "COMMIT",
                          "ROLLBACK TO a",
                          "SET LOCAL ROLE x",
                          "set constraints all deferred",
                          "SET TRANSACTION READ ONLY",
                          "CREATE TABLE t (a int)",
                          "COPY t FROM STDIN",
                          "SELECT set_config($1, $2, true)",
                          "SELECT set_config('a', replace('x)', 'x', 'y,false'), TRUE )",
                          "PREPARE TRANSACTION 'x'",
                          "SELECT pg_advisory_xact_lock(1)",
                          "SELECT pg_advisory_unlock(1)",
                          "RESET ALL",
                          "SELECT 1;;",
                          "UNLISTEN *",
                          "SELECT temperature FROM t",
                          "LOCK TABLE t",
                          "EXPLAIN SELECT 1"}) {
    EXPECT_EQ(session_change(sql), SessionChange::None) << sql;
  }
}

TEST(SessionChange, SettingsAreLeft) {
  for (const char* sql :
       {"SET a = 1", "set session authorization x", "SET ROLE x", "SET SESSION a = 1",
        "SELECT set_config('a', 'b', false)", "SELECT set_config('a', 'b', $1)",
        "SELECT set_config('a', 'true', false), f(true)",
        "SELECT set_config ( 'a' , 'b)' , false )", "SELECT 1; SET a = 1", "BEGIN;SET a=1;COMMIT",
        "SELECT set_config('a'"}) {
    EXPECT_EQ(session_change(sql), SessionChange::Settings) << sql;
  }
}

TEST(SessionChange, WhatOthersMayWaitForIsLeft) {
  for (const char* sql : {"LISTEN c", "DO $$ BEGIN END $$", "CALL p()", "LOAD 'x'",
                          "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "CREATE TEMP TABLE t (a int)",
                          "create temporary view v as select 1", "CREATE TABLE pg_temp.t (a int)",
                          "SELECT 1 INTO TEMP t", "SELECT pg_advisory_lock(1)",
                          "SELECT pg_try_advisory_lock_shared(1)",
                          "SELECT set_config('a', 'b', false), pg_advisory_lock(1)",
                          "SET a = 1; LISTEN c", "LISTEN c; SET a = 1", "EXECUTE mine",
                          "DISCARD ALL", "whatever comes next", "SELECT ';'; DISCARD PLANS"}) {
    EXPECT_EQ(session_change(sql), SessionChange::Some) << sql;
  }
}

TEST(SessionChange, NamesOfStatementsAreLeft) {
  EXPECT_EQ(session_change("PREPARE a AS SELECT 1"), SessionChange::Prepared);
  EXPECT_EQ(session_change("SET a = 1; prepare a as select 1; SET b = 1"), SessionChange::Prepared);
}

TEST(MayCommit, WhatEndsABlockAndKeepsIt) {
  for (const char* sql : {"COMMIT", "end", " /**/ Commit and chain", "PREPARE TRANSACTION 'x'",
                          "SELECT 1; COMMIT", ";COMMIT"}) {
    EXPECT_TRUE(may_commit(sql)) << sql;
  }
  for (const char* sql : {"", "SELECT 1", "ROLLBACK", "RELEASE a", "SELECT 'COMMIT'", "BEGIN"}) {
    EXPECT_FALSE(may_commit(sql)) << sql;
  }
}

}  // namespace
}  // namespace pgjinja::pg::wire
