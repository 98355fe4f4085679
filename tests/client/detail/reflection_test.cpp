#include <pgjinja/client/detail/reflection.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace geo {
struct City {
  std::int64_t id;
  std::string name;
  std::string country;
  std::int64_t population;
};
template <class T>
struct Named {
  T value;
};
}  // namespace geo

namespace pgjinja::detail {
namespace {

using Names = std::vector<std::string>;
using Offsets = std::vector<std::size_t>;

template <class T, std::size_t... I>
Names names_of(std::index_sequence<I...>) {
  return {std::string(member_name<T, I>())...};
}
template <class T>
Names names_of() {
  return names_of<T>(std::make_index_sequence<kMemberCount<T>>{});
}
template <class T, std::size_t... I>
Offsets offsets_of(std::index_sequence<I...>) {
  return {member_offset<T, I>()...};
}
template <class T>
Offsets offsets_of() {
  return offsets_of<T>(std::make_index_sequence<kMemberCount<T>>{});
}

struct InUnnamedNamespace {
  int first;
  std::string second;
};

struct One {
  std::string only;
};

struct SpellingsThatTempt {
  int object;
  int member_;
  int T;
  int x2;
  int _y;
  int größe;
};

struct WithDefaults {
  int a = 7;
  std::optional<std::string> b = "x";
  bool c = true;
};

// A braced initialiser of these could be spread over the members behind them.
struct AggregatesInside {
  TimeOfDay time;
  Interval interval;
  Uuid uuid;
  Decimal decimal;
  Json json;
  std::array<int, 3> three;
  std::pair<int, int> pair;
  geo::City city;
  int last;
};

struct GreedyInside {
  std::optional<std::optional<std::int64_t>> nested;
  std::optional<Uuid> uuid;
  Value value;
  std::optional<Value> maybe_value;
  std::vector<std::optional<std::string>> texts;
  std::map<std::string, int> map;
  std::unique_ptr<int> owner;
  std::vector<std::byte> bytes;
  TimestampTz at;
};

struct Most {
  char m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15, m16, m17, m18,
      m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37,
      m38, m39;
  std::string m40;
};

TEST(Reflection, KnowsTheNamesOfMembers) {
  struct Local {
    int here;
    std::optional<std::string> too;
  };
  EXPECT_EQ(names_of<geo::City>(), (Names{"id", "name", "country", "population"}));
  EXPECT_EQ(names_of<One>(), (Names{"only"}));
  EXPECT_EQ(names_of<geo::Named<std::string>>(), (Names{"value"}));
  EXPECT_EQ(names_of<InUnnamedNamespace>(), (Names{"first", "second"}));
  EXPECT_EQ(names_of<Local>(), (Names{"here", "too"}));
  EXPECT_EQ(names_of<WithDefaults>(), (Names{"a", "b", "c"}));
  EXPECT_EQ(names_of<SpellingsThatTempt>(), (Names{"object", "member_", "T", "x2", "_y", "größe"}));
}

TEST(Reflection, CountsAMemberThatIsAnAggregateOnce) {
  EXPECT_EQ(names_of<AggregatesInside>(), (Names{"time", "interval", "uuid", "decimal", "json",
                                                 "three", "pair", "city", "last"}));
  EXPECT_EQ(names_of<GreedyInside>(), (Names{"nested", "uuid", "value", "maybe_value", "texts",
                                             "map", "owner", "bytes", "at"}));
}

TEST(Reflection, KnowsWhereMembersAre) {
  EXPECT_EQ(offsets_of<geo::City>(),
            (Offsets{offsetof(geo::City, id), offsetof(geo::City, name),
                     offsetof(geo::City, country), offsetof(geo::City, population)}));
  EXPECT_EQ(
      offsets_of<WithDefaults>(),
      (Offsets{offsetof(WithDefaults, a), offsetof(WithDefaults, b), offsetof(WithDefaults, c)}));
}

TEST(Reflection, HandlesAsManyMembersAsItPromises) {
  static_assert(kMemberCount<Most> == kMostMembers);
  EXPECT_EQ(names_of<Most>().front(), "m01");
  EXPECT_EQ(names_of<Most>().back(), "m40");
  EXPECT_EQ(offsets_of<Most>().back(), offsetof(Most, m40));
}

struct Base {
  int a;
};
struct EmptyBase {};
struct Derived : Base {
  int b;
};
struct DerivedFromEmpty : EmptyBase {
  int b;
};
struct CArray {
  int a;
  char text[8];
  int b;
};

TEST(Reflection, SeesWhatItRefuses) {
  static_assert(has_base<Derived>);
  static_assert(has_base<DerivedFromEmpty>);
  static_assert(!has_base<geo::City>);
  static_assert(!has_base<AggregatesInside>);
  static_assert(!each_takes_braces<CArray>(std::make_index_sequence<count_members<CArray>()>{}));
  static_assert(each_takes_braces<GreedyInside>(std::make_index_sequence<9>{}));
  static_assert(count_members<EmptyBase>() == 0);
}

TEST(Reflection, KeepsConstInTheTypesOfMembers) {
  struct Mixed {
    const int a = 0;
    int b;
  };
  static_assert(std::is_same_v<MemberTypes<Mixed>, TypeList<const int, int>>);
}

TEST(Reflection, ReadsMemberNamesFromBothCompilersSpellings) {
  const struct {
    std::string_view spelled, name;
  } cases[] = {
      {"f() [with MemberAddress Address = MemberAddress{((const void*)(& "
       "unborn<geo::City>.Unborn<geo::City>::object.geo::City::name))}]",
       "name"},
      {"f() [Address = MemberAddress{&unborn.object.name}]", "name"},
      {"f() [Address = MemberAddress{&unborn.object.x_1}]", "x_1"},
      {"", ""},
      {"]})", ""},
  };
  for (const auto& [spelled, name] : cases) EXPECT_EQ(member_name_in(spelled), name) << spelled;
}

TEST(Reflection, ReadsTypeNamesFromBothCompilersSpellings) {
  const struct {
    std::string_view spelled, name;
  } cases[] = {
      {"constexpr const char* f() [with T = City]", "City"},
      {"const char *f() [T = geo::City]", "City"},
      {"f() [with T = {anonymous}::City]", "City"},
      {"f() [T = (anonymous namespace)::City]", "City"},
      {"f() [with T = run(std::vector<int, std::allocator<int> >)::City]", "City"},
      {"f() [with T = geo::Pair<int, std::pair<int, geo::City> >]", "Pair"},
      {"f() [with T = geo::Outer<int>::Inner]", "Inner"},
      {"f() [T = int]", "int"},
      {"", ""},
  };
  for (const auto& [spelled, name] : cases) EXPECT_EQ(type_name_in(spelled), name) << spelled;
}

TEST(Reflection, NamesTypesWithoutTheirNamespaces) {
  struct Local {
    int a;
  };
  EXPECT_EQ(type_name_in(spelled_type<geo::City>()), "City");
  EXPECT_EQ(type_name_in(spelled_type<geo::Named<std::string>>()), "Named");
  EXPECT_EQ(type_name_in(spelled_type<InUnnamedNamespace>()), "InUnnamedNamespace");
  EXPECT_EQ(type_name_in(spelled_type<Local>()), "Local");
}

}  // namespace
}  // namespace pgjinja::detail
