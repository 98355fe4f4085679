// Transforms, one by one and in chains, without a server.

#include "client/columns.hpp"
#include "client/json_value.hpp"
#include "client/transform_chain.hpp"

#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;

/// What `transforms` make of the rows that the JSON text `rows` is, as JSON; or the message of
/// their error.
std::string apply(const Transforms& transforms, std::string_view rows) {
  std::vector<ChainLink> links;
  for (const Transform& each : transforms) {
    SourcePlace place;
    place.name = "at " + each.name();
    links.push_back({each, place});
  }
  std::vector<Map> maps;
  const Value list = json_value(rows);
  for (const Value& row : list.as_list()) maps.push_back(row.as_map());
  try {
    return to_json(TransformChain(std::move(links)).apply(std::move(maps)));
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message() +
           (error.places().empty() ? "" : " | " + error.places().front().name);
  }
}

constexpr std::string_view kNone = "[]";
constexpr std::string_view kOne = R"([{"user_id":1}])";
constexpr std::string_view kTwo = R"([{"user_id":1,"x":"a"},{"user_id":2,"x":"a"}])";

TEST(TransformTest, WithoutAnyItIsAList) {
  EXPECT_EQ(apply({}, kNone), "[]");
  EXPECT_EQ(apply({}, kTwo), kTwo);
}

TEST(TransformTest, Renames) {
  EXPECT_EQ(apply({transform::camel_case()}, kOne), R"([{"userId":1}])");
  EXPECT_EQ(apply({transform::snake_case()}, R"([{"userId":1,"HTTPServer":2}])"),
            R"([{"user_id":1,"http_server":2}])");
  EXPECT_EQ(apply({transform::camel_case(), transform::snake_case()}, kTwo), kTwo);
  EXPECT_EQ(apply({transform::camel_case()}, R"([{"user_id":1,"userId":2}])"),
            "mapping: camel_case: two columns would be called \"userId\" | at camel_case");
}

TEST(TransformTest, LeavesDataAlone) {
  // A column of JSON is data, also when it looks like rows.
  EXPECT_EQ(apply({transform::camel_case()}, R"([{"a_b":{"c_d":1},"e_f":[{"g_h":2}]}])"),
            R"([{"aB":{"c_d":1},"eF":[{"g_h":2}]}])");
}

TEST(TransformTest, TakesOneRow) {
  EXPECT_EQ(apply({transform::scalar()}, kOne), "1");
  EXPECT_EQ(apply({transform::scalar()}, kNone),
            "cardinality: scalar takes one row, and there are 0 | at scalar");
  EXPECT_EQ(apply({transform::scalar()}, R"([{"a":1,"b":2}])"),
            "mapping: scalar takes rows of one column, and these have 2 | at scalar");
  EXPECT_EQ(apply({transform::one()}, kOne), R"({"user_id":1})");
  EXPECT_EQ(apply({transform::one()}, kTwo),
            "cardinality: one takes one row, and there are 2 | at one");
  EXPECT_EQ(apply({transform::maybe()}, kNone), "null");
  EXPECT_EQ(apply({transform::maybe()}, kOne), R"({"user_id":1})");
  EXPECT_EQ(apply({transform::maybe()}, kTwo),
            "cardinality: maybe takes at most one row, and there are 2 | at maybe");
}

TEST(TransformTest, TakesOneColumn) {
  EXPECT_EQ(apply({transform::column()}, kOne), "[1]");
  EXPECT_EQ(apply({transform::column()}, kNone), "[]");
  EXPECT_EQ(apply({transform::column("user_id")}, kTwo), "[1,2]");
  EXPECT_EQ(apply({transform::column()}, kTwo),
            "mapping: column takes rows of one column, and these have 2 | at column");
  EXPECT_EQ(apply({transform::column("user")}, kTwo),
            "mapping: column: there is no column \"user\" | at column");
}

TEST(TransformTest, MakesMaps) {
  EXPECT_EQ(apply({transform::key_by("user_id")}, kTwo),
            R"({"1":{"user_id":1,"x":"a"},"2":{"user_id":2,"x":"a"}})");
  EXPECT_EQ(apply({transform::key_by("user_id", "x")}, kTwo), R"({"1":"a","2":"a"})");
  EXPECT_EQ(apply({transform::key_by("x")}, kTwo),
            "mapping: key_by: two rows have the same \"x\" | at key_by");
  EXPECT_EQ(apply({transform::key_by("x")}, R"([{"x":[1]}])"),
            "mapping: key_by: column \"x\" holds a list, which is no key | at key_by");
  EXPECT_EQ(apply({transform::key_by("x")}, kNone), "{}");
  EXPECT_EQ(
      apply({transform::group_by("x")}, R"([{"x":"b","n":1},{"x":null,"n":2},{"x":"b","n":3}])"),
      R"({"b":[{"x":"b","n":1},{"x":"b","n":3}],"null":[{"x":null,"n":2}]})");
}

TEST(TransformTest, WorksOnRowsWhereverTheyAre) {
  EXPECT_EQ(apply({transform::key_by("x"), transform::camel_case()}, R"([{"x":"a_b","n_m":1}])"),
            R"({"a_b":{"x":"a_b","nM":1}})");
  EXPECT_EQ(apply({transform::group_by("x"), transform::camel_case()}, R"([{"x":"a_b","n_m":1}])"),
            R"({"a_b":[{"x":"a_b","nM":1}]})");
  EXPECT_EQ(apply({transform::nest("b_s", "b_"), transform::key_by("x"), transform::camel_case()},
                  R"([{"x":"a_b","b_c_d":1}])"),
            R"({"a_b":{"x":"a_b","bS":[{"cD":1}]}})");
  EXPECT_EQ(apply({transform::one(), transform::camel_case()}, kOne), R"({"userId":1})");
  EXPECT_EQ(apply({transform::maybe(), transform::camel_case()}, kNone), "null");
  EXPECT_EQ(apply({transform::scalar(), transform::camel_case()}, kOne), "1");
  EXPECT_EQ(apply({transform::key_by("user_id", "x"), transform::camel_case()}, kTwo),
            R"({"1":"a","2":"a"})");
  // Rows that are left out of a map leave their keys out, but not those of groups.
  const Transform none =
      Transform::rows("none", [](const Map&) -> std::optional<Map> { return std::nullopt; });
  EXPECT_EQ(apply({none}, kTwo), "[]");
  EXPECT_EQ(apply({transform::key_by("user_id"), none}, kTwo), "{}");
  EXPECT_EQ(apply({transform::group_by("x"), none}, kTwo), R"({"a":[]})");
  EXPECT_EQ(apply({transform::one(), none}, kOne), "null");
}

TEST(TransformTest, RefusesAResultWithoutAList) {
  EXPECT_EQ(apply({transform::scalar(), transform::one()}, kOne),
            "config: one takes a list of rows, and the transforms before it leave none | at one");
  EXPECT_EQ(
      apply({transform::one(), transform::scalar()}, kOne),
      "config: scalar takes a list of rows, and the transforms before it leave none | at scalar");
}

TEST(TransformTest, Nests) {
  const Transform nest = transform::nest("books", "b_");
  EXPECT_EQ(apply({nest}, R"([{"a":1,"b_x":1,"c":2,"b_y":2},{"a":1,"b_x":null,"c":2,"b_y":3}])"),
            R"([{"a":1,"books":[{"x":1,"y":2},{"x":null,"y":3}],"c":2}])");
  EXPECT_EQ(apply({nest}, R"([{"b_x":1},{"b_x":2}])"), R"([{"books":[{"x":1},{"x":2}]}])");
  EXPECT_EQ(apply({nest}, R"([{"a":{"x":[1,2]},"b_x":1},{"a":{"x":[1,2]},"b_x":1},)"
                          R"({"a":{"x":[1,3]},"b_x":2},{"a":[],"b_x":null}])"),
            R"([{"a":{"x":[1,2]},"books":[{"x":1},{"x":1}]},)"
            R"({"a":{"x":[1,3]},"books":[{"x":2}]},{"a":[],"books":[]}])");
  EXPECT_EQ(apply({nest}, R"([{"a":1,"b_":1}])"),
            "mapping: nest: no column's name begins with \"b_\" | at nest");
  EXPECT_EQ(apply({nest}, R"([{"books":1,"b_x":1}])"),
            "mapping: nest: there is a column \"books\" already | at nest");
  EXPECT_EQ(apply({nest, transform::key_by("books")}, R"([{"a":1,"b_x":1}])"),
            "mapping: key_by: column \"books\" holds a list, which is no key | at key_by");
  // In each group by itself.
  EXPECT_EQ(apply({transform::group_by("a"), nest},
                  R"([{"a":1,"b_x":1},{"a":2,"b_x":2},{"a":1,"b_x":3}])"),
            R"({"1":[{"a":1,"books":[{"x":1},{"x":3}]}],"2":[{"a":2,"books":[{"x":2}]}]})");
}

TEST(TransformTest, TellsThePlaceOfTheOneThatFailed) {
  // The error comes up through all transforms before it.
  EXPECT_EQ(apply({transform::camel_case(), transform::nest("books", "b_")}, kOne),
            "mapping: nest: no column's name begins with \"b_\" | at nest");
  EXPECT_EQ(apply({transform::nest("list", "x"), transform::nest("books", "b_")}, kTwo),
            "mapping: nest: no column's name begins with \"x\" | at nest");
}

TEST(TransformTest, WorksOnManyRows) {
  std::string rows = "[";
  for (int i = 0; i < 3000; ++i) {
    rows += (i == 0 ? "" : ",") + std::string("{\"id\":") + std::to_string(i % 1000) +
            ",\"c_n\":" + std::to_string(i) + "}";
  }
  const std::string nested = apply({transform::nest("cs", "c_")}, rows + "]");
  EXPECT_EQ(nested.substr(0, 48), R"([{"id":0,"cs":[{"n":0},{"n":1000},{"n":2000}]},{)");
  EXPECT_EQ(json_value(nested).as_list().size(), 1000U);
}

TEST(JsonValueTest, ReadsWhatTheServerSends) {
  for (const std::string_view text : {"null", "true", "-1", "9223372036854775807", "1.5", "\"\"",
                                      "[]", "{}", R"({"b":[1,{"a":null}],"a":"\u0001é"})"}) {
    EXPECT_EQ(to_json(json_value(text)), text);
  }
  EXPECT_EQ(to_json(json_value(" [ 1 ,\n2 ] ")), "[1,2]");
  EXPECT_EQ(to_json(json_value("9223372036854775808")), "9.223372036854776e+18");
  EXPECT_EQ(to_json(json_value(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
}

TEST(JsonValueTest, RefusesOtherText) {
  for (const std::string_view text : {"", "{", "[1,]", "nul", "1 2", "{\"a\"}", "\"\xff\""}) {
    EXPECT_NE(report_of([&] { json_value(text); }).find("error[mapping]: this is no JSON"),
              std::string::npos)
        << text;
  }
  const std::string deep(2000, '[');
  EXPECT_EQ(report_of([&] { json_value(deep); }), "error[limit]: this JSON is nested too deep");
}

}  // namespace
}  // namespace pgjinja
