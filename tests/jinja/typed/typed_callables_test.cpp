#include "jinja/rendering.hpp"

#include <cstdint>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

std::string money(double amount, std::string_view currency) {
  return std::to_string(static_cast<std::int64_t>(amount * 100)) + " " + std::string(currency);
}

struct Point {
  int x;
  int y;
};

}  // namespace
}  // namespace pgjinja::jinja

template <>
struct pgjinja::ValueConverter<pgjinja::jinja::Point> {
  static Value convert(const jinja::Point& point) {
    return Value(Map{{"x", point.x}, {"y", point.y}});
  }
};

namespace pgjinja::jinja {
namespace {

/// An environment with one callable of each type of argument.
class TypedCallables : public testing::Test {
 protected:
  TypedCallables() {
    Environment& e = r.environment;
    e.add_filter("money", money, {{"currency", "EUR"}});
    e.add_filter("unnamed", [](std::int64_t a, std::int64_t b) { return a * 10 + b; });
    e.add_filter("flip", [](bool b) { return !b; });
    e.add_filter("byte", [](std::uint8_t n) { return n; });
    e.add_filter("tiny", [](std::int8_t n) { return n; });
    e.add_filter("big", [](std::uint64_t n) { return n; });
    e.add_filter("text", [](const std::string& s) { return "[" + s + "]"; });
    e.add_filter("same", [](const std::string& s) -> std::string_view { return s; });
    e.add_filter("maybe", [](const std::optional<int>& n) { return n.value_or(-1); });
    e.add_filter("sum", [](const std::vector<int>& all) {
      std::int64_t total = 0;
      for (const int each : all) total += each;
      return total;
    });
    e.add_filter("rows", [](const std::vector<std::vector<int>>& all) { return all; });
    e.add_filter("limits",
                 [](const std::map<std::string, std::optional<double>>& all) { return all; });
    e.add_filter("kind", [](const Value& v) { return kind_name(v.kind()); });
    e.add_filter("length", [](const List& list) { return list.size(); });
    e.add_filter("first_key", [](const Map& map) { return map.entries().at(0).key; });
    e.add_test("even_id", [](std::int64_t id) { return id % 2 == 0; });
    e.add_test("above", [](double n, double least) { return n > least; }, {"least"});
    e.add_function("today", [] { return std::string("2024-02-29"); });
    e.add_function("page",
                   [](std::int64_t page, std::optional<std::int64_t> size) {
                     return page * size.value_or(20);
                   },
                   {"page", "size"});
    e.add_function("point", [](int x, int y) { return Point{x, y}; }, {{"x", 1}, {"y", 2}});
    e.add_function("nothing", [] { return std::optional<int>(); });
    e.add_function("names", [] { return std::vector<std::string>{"a", "b"}; });
  }

  Rendering r;
};

TEST_F(TypedCallables, ConvertArgumentsAndResults) {
  const Context context{{"big", INT64_MAX}, {"ids", Value::list({1, 2, 3})}};
  const std::map<std::string, std::string> rows = {
      {"{{ 1.5|money }}", "150 EUR"},
      {"{{ 2|money('USD') }}", "200 USD"},
      {"{{ 2|money(currency='USD') }}", "200 USD"},
      {"{{ 2|money(*['USD']) }}", "200 USD"},
      {"{{ 2|money(**{'currency': 'USD'}) }}", "200 USD"},
      {"{{ [1, 2]|map('money', 'CHF')|join(', ') }}", "100 CHF, 200 CHF"},
      {"{{ 4|unnamed(2) }}", "42"},
      {"{{ true|flip }}", "False"},
      {"{{ 0|byte }} {{ 255|byte }}", "0 255"},
      {"{{ -128|tiny }} {{ 127|tiny }}", "-128 127"},
      {"{{ big|big }}", "9223372036854775807"},
      {"{{ 'é'|text }}", "[é]"},
      {"{{ 'a text that is not stored inside'|same }}", "a text that is not stored inside"},
      {"{{ none|maybe }} {{ 3|maybe }}", "-1 3"},
      {"{{ ids|sum }} {{ ()|sum }}", "6 0"},
      {"{{ [[1], [2, 3]]|rows }}", "[[1], [2, 3]]"},
      {"{{ {'b': 1, 'a': none}|limits }}", "{'a': None, 'b': 1.0}"},
      {"{{ none|kind }} {{ missing|kind }} {{ [1]|kind }}", "null undefined list"},
      {"{{ ids|length }} {{ {'k': 1}|first_key }}", "3 k"},
      {"{{ 4 is even_id }} {{ 3 is even_id }} {{ 3 is above(2.5) }}", "True False True"},
      {"{{ [1, 2, 4]|select('even_id')|list }}", "[2, 4]"},
      {"{{ today() }}", "2024-02-29"},
      {"{{ page(2) }} {{ page(2, none) }} {{ page(2, 5) }} {{ page(size=5, page=3) }}",
       "40 40 10 15"},
      {"{{ point() }} {{ point(y=5).y }}", "{'x': 1, 'y': 2} 5"},
      {"{{ nothing() is none }} {{ names()|join }}", "True ab"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(r.outcome(text, context), expected) << text;
}

TEST_F(TypedCallables, SayWhatWasExpectedAndWhatWasFound) {
  const std::map<std::string, std::string> rows = {
      {"{{ 'x'|money }}", "runtime: the filter 'money' takes a number, and not text"},
      {"{{ none|money }}", "runtime: the filter 'money' takes a number, and not null"},
      {"{{ true|money }}", "runtime: the filter 'money' takes a number, and not bool"},
      {"{{ gone|money }}", "undefined: 'gone' is undefined"},
      {"{{ gone is even_id }}", "undefined: 'gone' is undefined"},
      {"{{ gone|maybe }}", "undefined: 'gone' is undefined"},
      {"{{ 1|money(2) }}",
       "runtime: the filter 'money' takes a text as its argument 'currency', and not int"},
      {"{{ 1|money(none) }}",
       "runtime: the filter 'money' takes a text as its argument 'currency', and not null"},
      {"{{ 1|money(curency='USD') }}", "runtime: the filter 'money' has no argument 'curency'"},
      {"{{ 1|money('USD', currency='USD') }}",
       "runtime: the filter 'money' got its argument 'currency' twice"},
      {"{{ 1|money('USD', 2) }}",
       "runtime: the filter 'money' takes at most 1 argument, and not 2"},
      {"{{ 1|flip(2) }}", "runtime: the filter 'flip' takes at most 0 arguments, and not 1"},
      {"{{ 1|flip }}", "runtime: the filter 'flip' takes true or false, and not int"},
      {"{{ 1|unnamed }}", "runtime: the filter 'unnamed' needs its argument 1"},
      {"{{ 1|unnamed('x') }}",
       "runtime: the filter 'unnamed' takes an integer as its argument 1, and not text"},
      {"{{ 1|unnamed(b=2) }}", "runtime: the filter 'unnamed' has no argument 'b'"},
      {"{{ 1|unnamed(**{'': 2}) }}", "runtime: the filter 'unnamed' has no argument ''"},
      {"{{ 256|byte }}", "runtime: the filter 'byte' takes an integer from 0 to 255, and not 256"},
      {"{{ -1|byte }}", "runtime: the filter 'byte' takes an integer from 0 to 255, and not -1"},
      {"{{ 128|tiny }}",
       "runtime: the filter 'tiny' takes an integer from -128 to 127, and not 128"},
      {"{{ -129|tiny }}",
       "runtime: the filter 'tiny' takes an integer from -128 to 127, and not -129"},
      {"{{ -1|big }}",
       "runtime: the filter 'big' takes an integer from 0 to 18446744073709551615, "
       "and not -1"},
      {"{{ 1.0|byte }}",
       "runtime: the filter 'byte' takes an integer from 0 to 255, and not float"},
      {"{{ 3000000000|maybe }}",
       "runtime: the filter 'maybe' takes an integer from -2147483648 to "
       "2147483647, and not 3000000000"},
      {"{{ 1|text }}", "runtime: the filter 'text' takes a text, and not int"},
      {"{{ 1|sum }}", "runtime: the filter 'sum' takes a list, and not int"},
      {"{{ [1, 'x']|sum }}",
       "runtime: the filter 'sum' takes an integer from -2147483648 to "
       "2147483647 as its input, item 2, and not text"},
      {"{{ [[1], [2, none]]|rows }}",
       "runtime: the filter 'rows' takes an integer from -2147483648 to 2147483647 as its input, "
       "item 2, item 2, and not null"},
      {"{{ {'a': 'x'}|limits }}",
       "runtime: the filter 'limits' takes a number as its input, entry 'a', and not text"},
      {"{{ {1: 2}|limits }}",
       "runtime: the filter 'limits' takes a map with texts as keys, and not int"},
      {"{{ {1: 'x'}|limits }}",
       "runtime: the filter 'limits' takes a map with texts as keys, and not int"},
      {"{{ [1]|first_key }}", "runtime: the filter 'first_key' takes a map, and not list"},
      {"{{ 'x' is even_id }}", "runtime: the test 'even_id' takes an integer, and not text"},
      {"{{ 1 is above }}", "runtime: the test 'above' needs its argument 'least'"},
      {"{{ today(1) }}", "runtime: the function 'today' takes at most 0 arguments, and not 1"},
      {"{{ page() }}", "runtime: the function 'page' needs its argument 'page'"},
      {"{{ page('x', 'y') }}",
       "runtime: the function 'page' takes an integer as its argument 'page', and not text"},
      {"{{ page(1, size='y') }}",
       "runtime: the function 'page' takes an integer as its argument 'size', and not text"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(r.error(text), expected) << text;
}

TEST_F(TypedCallables, PointAtTheCallAndHintAtTheName) {
  try {
    r.text("a\n  {{ 1|money(curency='USD') }}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "error[runtime]: the filter 'money' has no argument 'curency'\n"
                 " --> main:2:8\n"
                 "  |\n"
                 "2 |   {{ 1|money(curency='USD') }}\n"
                 "  |        ^\n"
                 "  = hint: did you mean 'currency'?");
  }
}

/// Is `error` ours, and where it is?
std::string placed(const Error& error) {
  return std::string(error_kind_name(error.kind())) + ": " + error.message() + " (line " +
         (error.places().empty() ? "?" : std::to_string(error.places()[0].line)) + ")";
}

TEST(ForeignExceptions, GetTheirPlaceInTheTemplate) {
  Rendering r;
  r.environment.add_filter("typed", [](int) -> int { throw std::runtime_error("no rate"); });
  r.environment.add_filter(
      "plain", [](const Value&, const Args&) -> Value { throw std::out_of_range("no index"); });
  r.environment.add_filter("ours", [](int) -> int { throw Error(ErrorKind::Security, "no"); });
  r.environment.add_test("typed", [](int) -> bool { throw std::runtime_error("no test"); });
  r.environment.add_function("typed", []() -> int { throw std::runtime_error("no function"); });
  const std::map<std::string, std::string> rows = {
      {"{{ 1|typed }}", "runtime: the filter 'typed' failed: no rate"},
      {"{{ 1|plain }}", "runtime: the filter 'plain' failed: no index"},
      {"{{ 1|ours }}", "security: no"},
      {"{{ [1]|map('typed')|list }}", "runtime: the filter 'typed' failed: no rate"},
      {"{{ [1]|select('typed')|list }}", "runtime: the test 'typed' failed: no test"},
      {"{{ 1 is typed }}", "runtime: the test 'typed' failed: no test"},
      {"{{ typed() }}", "runtime: the function 'typed' failed: no function"},
  };
  for (const auto& [text, expected] : rows) {
    try {
      r.text("\n\n" + text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(placed(error), expected + " (line 3)") << text;
    }
  }
}

TEST(ForeignExceptions, DoNotHideThatMemoryRanOut) {
  Rendering r;
  r.environment.add_filter("greedy", [](int) -> int { throw std::bad_alloc(); });
  EXPECT_THROW(r.text("{{ 1|greedy }}"), std::bad_alloc);
}

/// The error of adding a function with this signature.
template <class F>
std::string refusal(F function, const Signature& signature) {
  try {
    Environment().add_function("f", std::move(function), signature);
    return "no error";
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message() + "; " +
           error.hint();
  }
}

TEST(Signatures, HaveToDescribeTheCallable) {
  const auto one = [](std::uint8_t n) { return n; };
  const auto two = [](int a, int b) { return a + b; };
  EXPECT_EQ(refusal(one, {"a", "b"}),
            "config: the signature of the function 'f' has 2 arguments, and not 1; ");
  EXPECT_EQ(refusal(two, {"a"}),
            "config: the signature of the function 'f' has 1 argument, and not 2; ");
  EXPECT_EQ(refusal(two, {"a", "a"}), "config: the function 'f' has two arguments 'a'; ");
  EXPECT_EQ(refusal(one, {""}), "config: an argument of the function 'f' has no name; ");
  EXPECT_EQ(refusal(one, {{"n", 256}}),
            "config: the function 'f' takes an integer from 0 to 255 as its argument 'n', and not "
            "256; it is the default that does not fit");
  EXPECT_EQ(refusal(one, {{"n", nullptr}}),
            "config: the function 'f' takes an integer from 0 to 255 as its argument 'n', and not "
            "null; it is the default that does not fit");
  EXPECT_EQ(refusal(two, {"a", {"b", "x"}}),
            "config: the function 'f' takes an integer from -2147483648 to 2147483647 as its "
            "argument 'b', and not text; it is the default that does not fit");
  EXPECT_EQ(refusal(two, {{"a", 1}, {"b", 2}}), "no error");
}

TEST(Signatures, DoNotNameTheInput) {
  Environment environment;
  try {
    environment.add_filter("f", [](int a, int b) { return a + b; }, {"a", "b"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "the signature of the filter 'f' has 2 arguments, and not 1");
    EXPECT_EQ(error.hint(), "the value on its left is none of them");
  }
}

TEST(Signatures, DefaultsOfFiltersHaveToFitToo) {
  Environment environment;
  try {
    environment.add_filter("f", [](int n, std::string_view, bool b) { return b ? n : 0; },
                           {{"currency", "EUR"}, {"flag", "x"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "the filter 'f' takes true or false as its argument 'flag', and not text");
  }
}

TEST(TypedCallablesKeep, WhatTheyCapture) {
  Rendering r;
  {
    const auto rates = std::make_shared<std::map<std::string, double>>();
    (*rates)["USD"] = 1.5;
    r.environment.add_filter("in_euro", [rates](double amount, const std::string& currency) {
      return amount / rates->at(currency);
    });
  }
  EXPECT_EQ(r.text("{{ 3|in_euro('USD') }}"), "2.0");
}

}  // namespace
}  // namespace pgjinja::jinja
