#include "client/columns.hpp"

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/row_sinks.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::Columns;
using test::report_of;
using test::text_column;

struct User {
  std::int64_t userId;
  std::string class_;
};
struct Settled {
  std::int64_t userId;
};
struct Twins {
  std::int64_t userId;
  std::int64_t userID;
};

}  // namespace

template <>
inline constexpr ColumnNaming column_naming<Settled> = camel_case;

namespace {

/// Rows with the columns called so by the client.
template <class T>
std::vector<T> rows_named(ColumnNaming naming, const std::vector<std::string>& names) {
  Columns columns;
  for (const std::string& name : names) {
    columns.push_back(text_column(name, name == "class" ? pg::oid::kText : pg::oid::kInt8));
  }
  RowsSink<T> sink;
  sink.name_columns(naming);
  test::feed(sink, columns, {std::vector<std::optional<std::string>>(names.size(), "1")});
  sink.finish({});
  return std::move(sink).take();
}

TEST(SnakeCase, SplitsWords) {
  const std::pair<const char*, const char*> cases[] = {{"id", "id"},
                                                       {"userId", "user_id"},
                                                       {"UserId", "user_id"},
                                                       {"userID", "user_id"},
                                                       {"HTTPServer", "http_server"},
                                                       {"user_id", "user_id"},
                                                       {"class_", "class"},
                                                       {"address2", "address2"},
                                                       {"aB", "a_b"},
                                                       {"_", "_"},
                                                       {"_id", "_id"},
                                                       {"user_Id", "user_id"},
                                                       {"größeXL", "größe_xl"},
                                                       {"", ""}};
  for (const auto& [member, column] : cases) EXPECT_EQ(snake_case(member), column) << member;
}

TEST(CamelCase, JoinsWords) {
  const std::pair<const char*, const char*> cases[] = {{"id", "id"},
                                                       {"user_id", "userId"},
                                                       {"http_server_2", "httpServer2"},
                                                       {"class_", "class"},
                                                       {"_id", "_id"},
                                                       {"userId", "userId"},
                                                       {"a__b", "a_B"},
                                                       {"_", "_"},
                                                       {"", ""}};
  for (const auto& [member, column] : cases) EXPECT_EQ(camel_case(member), column) << member;
}

TEST(ColumnNaming, FindsMembersByTheirColumns) {
  EXPECT_EQ(rows_named<User>(snake_case, {"class", "user_id"}).at(0).userId, 1);
  EXPECT_EQ(rows_named<User>(snake_case, {"class", "userId"}).at(0).class_, "1");
  const ColumnNaming custom = [](std::string_view member) {
    return member == "userId" ? std::string("uid") : std::string("class");
  };
  EXPECT_EQ(rows_named<User>(custom, {"class", "uid"}).at(0).userId, 1);
}

TEST(ColumnNaming, OfTheRowTypeGoesFirst) {
  EXPECT_EQ(rows_named<Settled>(snake_case, {"userId"}).at(0).userId, 1);
  EXPECT_EQ(report_of([] { static_cast<void>(rows_named<Settled>(snake_case, {"user_id"})); }),
            "error[mapping]: column \"user_id\" has no member in Settled\n"
            "  = detail: members of Settled: userId\n"
            "  = hint: did you mean Settled::userId? name the column so (… AS userId)");
}

TEST(ColumnNaming, IsOneRowTypeForEachRule) {
  const RowType& plain = row_type<User>();
  EXPECT_EQ(&plain.named(nullptr), &plain);
  EXPECT_EQ(&plain.named(snake_case), &plain.named(snake_case));
  EXPECT_NE(&plain.named(snake_case), &plain.named(camel_case));
  EXPECT_EQ(&row_type<Settled>().named(snake_case), &row_type<Settled>());
  // The same columns are other members' by another rule, also in a thread's cache.
  EXPECT_EQ(rows_named<User>(snake_case, {"class", "user_id"}).size(), 1U);
  EXPECT_NE(report_of([] { static_cast<void>(rows_named<User>(nullptr, {"class", "user_id"})); }),
            "");
}

TEST(ColumnNaming, AnAmbiguousColumnIsAnErrorThatNamesBoth) {
  EXPECT_EQ(report_of([] { static_cast<void>(rows_named<Twins>(snake_case, {"user_id"})); }),
            "error[mapping]: column \"user_id\" goes into both Twins::userId and Twins::userID\n"
            "  = hint: name it as one of them exactly (… AS \"name\")");
  EXPECT_EQ(rows_named<Twins>(snake_case, {"userID", "userId"}).size(), 1U);
  EXPECT_EQ(report_of([] {
              static_cast<void>(rows_named<User>(snake_case, {"userId", "class", "user_id"}));
            }),
            "error[mapping]: columns \"userId\" and \"user_id\" both go into member User::userId\n"
            "  = hint: name one of them otherwise (… AS other_name), or leave it out");
}

TEST(ColumnNaming, IsToldInOtherErrors) {
  EXPECT_EQ(report_of([] { static_cast<void>(rows_named<User>(snake_case, {"class"})); }),
            "error[mapping]: member User::userId has no column (\"userId\" or \"user_id\")\n"
            "  = detail: columns: class\n"
            "  = hint: select it in the template, or leave the member out");
  EXPECT_EQ(report_of([] { static_cast<void>(rows_named<User>(snake_case, {"user_ix"})); }),
            "error[mapping]: column \"user_ix\" has no member in User\n"
            "  = detail: members of User: userId (user_id), class_ (class)\n"
            "  = hint: did you mean User::userId? name the column so (… AS user_id)");
}

}  // namespace
}  // namespace pgjinja
