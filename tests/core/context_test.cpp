#include <pgjinja/core/context.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

std::vector<std::string> names(const Context& context) {
  std::vector<std::string> out;
  context.for_each_name([&out](std::string_view name) { out.emplace_back(name); });
  return out;
}

TEST(Context, ANameGivenTwiceKeepsItsLastValueAndFirstPlace) {
  const Context context{{"a", 1}, {"b", 2}, {"a", 3}};
  EXPECT_EQ(context.find("a")->as_int(), 3);
  EXPECT_EQ(names(context), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(context.find("c"), nullptr);
}

TEST(Context, LayersFindTheUpperFirst) {
  const Context upper{{"a", 1}};
  const Context lower{{"a", 2}, {"b", 3}};
  Context view = Context::layered(upper, lower);
  EXPECT_EQ(view.find("a")->as_int(), 1);
  EXPECT_EQ(view.find("b")->as_int(), 3);
  EXPECT_EQ(view.find("c"), nullptr);
  view.set("a", 4);
  EXPECT_EQ(view.find("a")->as_int(), 4);
  EXPECT_EQ(upper.find("a")->as_int(), 1);
  EXPECT_EQ(names(view), (std::vector<std::string>{"a", "a", "a", "b"}));
}

TEST(Context, KeysThatAreNoTextsAreNeverFound) {
  Map map;
  map.set(1, "one");
  map.set("1", "text");
  const Context context(std::move(map));
  EXPECT_EQ(context.find("1")->as_text(), "text");
  EXPECT_EQ(names(context), (std::vector<std::string>{"1"}));
}

}  // namespace
}  // namespace pgjinja
