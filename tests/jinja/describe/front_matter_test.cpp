#include "jinja/rendering.hpp"

#include <pgjinja/jinja/front_matter.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

using std::chrono::milliseconds;
using Names = std::vector<std::string>;

const Options kOn = [] {
  Options options;
  options.front_matter = true;
  return options;
}();

FrontMatter read(const std::string& text) {
  return Environment(kOn).compile("t", text).front_matter();
}

/// "line:column+length message | hint" of the error that the template is refused with.
std::string refusal(const std::string& text) {
  try {
    static_cast<void>(read(text));
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Syntax) << error.what();
    const SourcePlace& at = error.places().at(0);
    return std::to_string(at.line) + ":" + std::to_string(at.column) + "+" +
           std::to_string(at.length) + " " + error.message() +
           (error.hint().empty() ? "" : " | " + error.hint());
  }
}

TEST(FrontMatter, SaysWhatATemplateIs) {
  const FrontMatter front = read(
      "\n  {#---\n"
      "  Finds users by age.\n"
      "\n"
      "  The youngest first.  \n"
      "  @param min_age: int\n"
      "  @param limit : bigint = 10  -- how many at most \n"
      "  @param name:text?=none\n"
      "  @param ids: uuid[]\n"
      "  @returns many\n"
      "  @timeout 2s\n"
      "  @tags users, search  old\n"
      "  And that is all.\n"
      "---#}\nSELECT 1");
  EXPECT_EQ(front.description, "Finds users by age.\n\nThe youngest first.\nAnd that is all.");
  ASSERT_EQ(front.parameters.size(), 4U);
  const ParameterDeclaration& limit = front.parameters[1];
  EXPECT_EQ(limit.name, "limit");
  EXPECT_EQ(limit.type, ParameterType{.base = BaseType::Int});
  EXPECT_EQ(limit.fallback, Value(10));
  EXPECT_EQ(limit.description, "how many at most");
  EXPECT_EQ(limit.place.line, 7U);
  EXPECT_EQ(limit.place.column, 10U);
  EXPECT_EQ(limit.place.length, 5U);
  EXPECT_EQ(limit.place.name, "t");
  EXPECT_EQ(front.parameters[0].fallback, std::nullopt);
  ASSERT_TRUE(front.parameters[2].fallback);
  EXPECT_TRUE(front.parameters[2].fallback->is_null());
  EXPECT_EQ(front.parameters[3].type.name(), "uuid[]");
  EXPECT_EQ(front.returns, Cardinality::Many);
  EXPECT_EQ(front.timeout, milliseconds(2000));
  EXPECT_EQ(front.tags, (Names{"users", "search", "old"}));
  EXPECT_FALSE(front.empty());
  EXPECT_EQ(front.find("ids"), &front.parameters[3]);
  EXPECT_EQ(front.find("id"), nullptr);
}

TEST(FrontMatter, SaysWhatPagesAreSortedBy) {
  const std::string text =
      "{#---\n@sort a, B desc ,\"odd \"\"one\"  ASC nulls FIRST, é DESC Nulls last\n---#}";
  const FrontMatter front = read(text);
  ASSERT_EQ(front.sort.size(), 4U);
  EXPECT_EQ(front.sort[0].key, SortKey{"a"});
  EXPECT_EQ(front.sort[1].key, (SortKey{"B", SortOrder::Descending}));
  EXPECT_EQ(front.sort[2].key, (SortKey{"odd \"one", SortOrder::Ascending, NullsOrder::First}));
  EXPECT_EQ(front.sort[3].key, (SortKey{"é", SortOrder::Descending, NullsOrder::Last}));
  EXPECT_EQ(text.substr(front.sort[2].offset, front.sort[2].length), "\"odd \"\"one\"");
}

TEST(FrontMatter, SaysWhatRowsBecome) {
  const std::string text =
      "{#---\n@transform nest( 'a', \"b_\" ,)|camel_case | own(1, [true, none]) |last()\n---#}";
  const FrontMatter front = read(text);
  ASSERT_EQ(front.transforms.size(), 4U);
  EXPECT_EQ(front.transforms[0].name, "nest");
  EXPECT_EQ(front.transforms[0].arguments, (std::vector<Value>{"a", "b_"}));
  EXPECT_EQ(text.substr(front.transforms[0].offset, front.transforms[0].length),
            "nest( 'a', \"b_\" ,)");
  EXPECT_EQ(front.transforms[1].name, "camel_case");
  EXPECT_TRUE(front.transforms[1].arguments.empty());
  EXPECT_EQ(front.transforms[2].arguments, (std::vector<Value>{1, Value::list({true, Value()})}));
  EXPECT_EQ(text.substr(front.transforms[2].offset, front.transforms[2].length),
            "own(1, [true, none])");
  EXPECT_TRUE(front.transforms[3].arguments.empty());
}

TEST(FrontMatter, SaysHowItIsPlanned) {
  EXPECT_EQ(read("{#---\n@plan custom\n---#}").plan, PlanChoice::Custom);
  EXPECT_EQ(read("{#---\n@plan generic\n---#}").plan, PlanChoice::Generic);
  EXPECT_EQ(read("{#---\n@plan  auto \n---#}").plan, PlanChoice::Auto);
  EXPECT_EQ(read("{#---\n---#}").plan, std::nullopt);
}

TEST(FrontMatter, SaysThatAReplicaMayAnswer) {
  EXPECT_TRUE(read("{#---\n@read_only\n---#}").read_only);
  EXPECT_TRUE(read("{#---\n@read_only  \n@returns one\n---#}").read_only);
  EXPECT_FALSE(read("{#---\n---#}").read_only);
}

TEST(FrontMatter, IsTheFirstCommentAndBeginsWithThreeDashes) {
  for (const char* with : {"{#--- D #}", "{#---D---#}", "{#---\nD\n#}x", "{#---\nD\n-#}",
                           " \n\t{#---\n\nD\n+#}", "{#--- \n D \n------#}{# no #}"}) {
    EXPECT_EQ(read(with).description, "D") << with;
  }
  for (const char* without :
       {"", "x", "{# D #}", "{#- D #}", "{#-- D #}", "{#---- D #}", "{#---------\n@nosuch\n#}",
        "x{#--- @nosuch #}", "{# D #}{#--- @nosuch #}", "{{ '{#--- @nosuch #}' }}",
        "{# --- @nosuch #}", "{#+--- @nosuch #}"}) {
    EXPECT_TRUE(read(without).empty()) << without;
  }
}

TEST(FrontMatter, IsACommentToJinja) {
  const Rendering r(kOn);
  EXPECT_EQ(r.text("{#---\n@param a: int = 1\n---#}\n  {{ a }}"), "1");
  EXPECT_EQ(r.text("{#---\n@param a: int = 1\n#}\n{{ a }}"), "\n1");
  const Rendering off;
  EXPECT_EQ(off.outcome("{#---\n@param a: int = 1\n@nosuch\n#}<{{ a }}>", {{"b", 1}}), "<>");
  EXPECT_TRUE(Environment().compile("t", "{#--- D #}").front_matter().empty());
}

TEST(FrontMatter, UnclosedItIsAnUnclosedComment) {
  EXPECT_EQ(refusal("{#---\n@nosuch"), "1:1+2 this comment is never closed: '#}' is missing");
}

TEST(FrontMatter, AnyPartMakesItNotEmpty) {
  EXPECT_TRUE(read("{#--- #}").empty());
  for (const char* part : {"D", "@param a: int", "@returns one", "@timeout 1s", "@plan auto",
                           "@read_only", "@sort a", "@transform one", "@tags t"}) {
    EXPECT_FALSE(read(std::string("{#--- ") + part + " ---#}").empty()) << part;
  }
}

TEST(FrontMatter, KnowsTypesByTheirCommonNames) {
  struct Row {
    std::string written;
    std::string name;
  };
  for (const Row& row : {Row{"any", "any"},
                         {"text", "text"},
                         {"string", "text"},
                         {"str", "text"},
                         {"varchar", "text"},
                         {"int2", "int2"},
                         {"smallint", "int2"},
                         {"int4", "int4"},
                         {"int", "int"},
                         {"integer", "int"},
                         {"int8", "int"},
                         {"bigint", "int"},
                         {"float", "float"},
                         {"float8", "float"},
                         {"real", "float"},
                         {"double", "float"},
                         {"decimal", "decimal"},
                         {"numeric", "decimal"},
                         {"bool", "bool"},
                         {"boolean", "bool"},
                         {"date", "date"},
                         {"time", "time"},
                         {"timestamp", "timestamp"},
                         {"timestamptz", "timestamptz"},
                         {"interval", "interval"},
                         {"uuid", "uuid"},
                         {"json", "json"},
                         {"jsonb", "json"},
                         {"bytes", "bytes"},
                         {"bytea", "bytes"},
                         {"map", "map"},
                         {"integer?", "int?"},
                         {"int[]", "int[]"},
                         {"int[]?", "int[]?"},
                         {"int?[]", "int?[]"},
                         {"int?[]?", "int?[]?"}}) {
    EXPECT_EQ(read("{#--- @param a: " + row.written + " #}").parameters.at(0).type.name(),
              row.name);
  }
}

TEST(FrontMatter, ADefaultIsALiteral) {
  struct Row {
    std::string written;
    Value value;
  };
  for (const Row& row : {Row{"10", 10},
                         {"-9223372036854775808", INT64_MIN},
                         {"1.5", 1.5},
                         {"-1e3", -1000.0},
                         {"'it'", Value("it")},
                         {R"("a\n\"b\" é")", Value("a\n\"b\" é")},
                         {"''", Value("")},
                         {"true", true},
                         {"True", true},
                         {"false", false},
                         {"False", false},
                         {"[]", Value::list({})},
                         {"[1, 'a', [none] ,]", Value::list({1, "a", Value::list({Value()})})},
                         {"none", Value()},
                         {"None", Value()},
                         {"null", Value()}}) {
    const auto parameter =
        read("{#--- @param a: any = " + row.written + " -- d #}").parameters.at(0);
    ASSERT_TRUE(parameter.fallback) << row.written;
    EXPECT_EQ(*parameter.fallback, row.value) << row.written;
    EXPECT_EQ(parameter.fallback->kind(), row.value.kind()) << row.written;
    EXPECT_EQ(parameter.description, "d") << row.written;
  }
}

TEST(FrontMatter, MistakesAreShown) {
  struct Row {
    std::string line;
    std::string refusal;
  };
  const std::string form = " | write @param name: type, such as @param limit: int = 10";
  const std::string literal = " | a literal is 10, 'text', true, none or [1, 2]";
  const std::string rest = " | write = before a default, and -- before a description";
  for (const Row& row : {
           Row{"@parm a: int", "2:1+5 front matter has no '@parm' | did you mean '@param'?"},
           {"@return one", "2:1+7 front matter has no '@return' | did you mean '@returns'?"},
           {"@author me",
            "2:1+7 front matter has no '@author' | it has @param, @returns, @timeout, @plan, "
            "@read_only, @sort, @transform and @tags; other lines describe"},
           {"@ param a: int",
            "2:1+1 front matter has no '@' | it has @param, @returns, @timeout, @plan, "
            "@read_only, @sort, @transform and @tags; other lines describe"},
           {"@param", "2:7+1 expected the parameter's name" + form},
           {"@param {int} a", "2:8+1 expected the parameter's name" + form},
           {"@param 1a: int", "2:8+2 '1a' is no name"},
           {"@param a int", "2:10+3 expected ':' and a type" + form},
           {"@param a", "2:9+1 expected ':' and a type" + form},
           {"@param a:", "2:10+1 expected the parameter's type" + form},
           {"@param a: interger", "2:11+8 unknown type 'interger' | did you mean 'integer'?"},
           {"@param a: int[][]",
            "2:16+1 there are no arrays of arrays | an array of any number of dimensions is T[] to "
            "PostgreSQL; any[] takes lists of lists"},
           {"@param a: int[3]",
            "2:14+1 expected '[]' | an array of any number of dimensions is T[] to PostgreSQL; "
            "any[] "
            "takes lists of lists"},
           {"@param a: int 10", "2:15+2 expected the end of the line" + rest},
           {"@param a: int = 1 the first", "2:19+3 expected the end of the line" + rest},
           {"@param a: int =", "2:16+1 expected a literal" + literal},
           {"@param a: int = b", "2:17+1 'b' is no literal" + literal},
           {"@param a: int = now()", "2:17+3 'now' is no literal" + literal},
           {"@param a: int = 1_0", "2:17+3 '1_0' is no number that a template can hold"},
           {"@param a: int = 9223372036854775808",
            "2:17+19 '9223372036854775808' is no number that a template can hold"},
           {"@param a: float = 1e999", "2:19+5 '1e999' is no number that a template can hold"},
           {"@param a: text = 'b", "2:18+1 this string is never closed"},
           {"@param a: text = 'b\\'", "2:18+1 this string is never closed"},
           {"@param a: text = '\\x1'", "2:18+5 an escape of this string names no character"},
           {"@param a: any = [1", "2:17+1 this list is never closed: ']' is missing"},
           {"@param a: any = [1 2]", "2:20+1 expected ',' or ']' in this list"},
           {"@param a: any = [,]", "2:18+1 expected a literal" + literal},
           {"@param a: any = [[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]",
            "2:37+1 this list is nested too deep"},
           {"@param a: int = 'b'", "2:17+3 this default is no int: it is text"},
           {"@param a: int = none",
            "2:17+4 this default is no int: it is null | write int? for a parameter that may be "
            "null"},
           {"@param a: int2[] = [1, 40000]",
            "2:20+10 this default is no int2[]: item 2 is an int beyond int2's range"},
           {"@param a: date = '2023-02-29'",
            "2:18+12 this default is no date: it is a text that is no date such as 2024-02-29"},
           {"@returns", "2:9+1 '' is no number of rows | write one, maybe, many or exec"},
           {"@returns mny", "2:10+3 'mny' is no number of rows | did you mean 'many'?"},
           {"@returns one row",
            "2:10+7 'one row' is no number of rows | write one, maybe, many or exec"},
           {"@returns one\n@returns one", "3:10+3 @returns is given twice"},
           {"@timeout 2",
            "2:10+1 '2' is no duration | write a whole number with its unit: 500ms, 2s, 1min"},
           {"@timeout 1s\n@timeout 1s", "3:10+2 @timeout is given twice"},
           {"@plan", "2:6+1 '' is no way to plan | write auto, generic or custom"},
           {"@plan force_custom_plan",
            "2:7+17 'force_custom_plan' is no way to plan | write auto, generic or custom"},
           {"@plan auto\n@plan custom", "3:7+6 @plan is given twice"},
           {"@read_only yes", "2:12+3 @read_only has no value | write it alone in its line"},
           {"@transform", "2:11+1 expected the name of a transform"},
           {"@transform a |", "2:15+1 expected the name of a transform"},
           {"@transform a(", "2:13+1 this is never closed: ')' is missing"},
           {"@transform a('x' 'y')", "2:18+1 expected ',' or ')'"},
           {"@transform a(b)", "2:14+1 'b' is no literal" + literal},
           {"@transform a b",
            "2:14+1 expected '|' or the end of the line | transforms are applied one after the "
            "other: nest('books', 'book_') | camel_case"},
           {"@transform a\n@transform b", "3:12+1 @transform is given twice"},
           {"@sort", "2:6+1 expected a column to sort by"},
           {"@sort a,", "2:9+1 expected a column to sort by"},
           {"@sort desc nulls", "2:17+1 expected 'first' or 'last'"},
           {"@sort a nulls none", "2:15+4 expected 'first' or 'last'"},
           {"@sort \"a", "2:7+1 this name is not closed"},
           {"@sort a, b, a desc", "2:13+1 'a' is sorted by twice"},
           {"@sort t.a",
            "2:8+1 expected a comma or the end of the line | a key is a column of the result: "
            "column [asc | desc] [nulls first | nulls last]"},
           {"@sort a\n@sort b", "3:7+1 @sort is given twice"},
           {"@tags", "2:6+1 expected a tag"},
           {"@tags a,,b", "2:9+1 expected a tag"},
           {"@tags a\n@tags b", "3:7+1 @tags is given twice"},
           {"@param a: int\n@param b: int\n@param a: int", "4:8+1 'a' is declared twice"},
       }) {
    EXPECT_EQ(refusal("{#---\n" + row.line + "\n---#}"), row.refusal) << row.line;
  }
  EXPECT_NE(refusal("{#--- @param a: blob #}").find("types are any, text, string, str,"),
            std::string::npos);
}

TEST(FrontMatter, AParameterDeclaredTwiceShowsBothPlaces) {
  try {
    static_cast<void>(read("{#---\n@param a: int\n@param a: text\n#}"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.places().at(1).role, "first declared at");
    EXPECT_EQ(error.places().at(1).line, 2U);
  }
}

TEST(FrontMatter, DurationsHaveAUnit) {
  struct Row {
    std::string written;
    std::int64_t milliseconds;
  };
  for (const Row& row : {Row{"500ms", 500},
                         {"2s", 2000},
                         {"2 s", 2000},
                         {"3min", 180'000},
                         {"86400s", 86'400'000}}) {
    EXPECT_EQ(read("{#--- @timeout " + row.written + "---#}").timeout,
              milliseconds(row.milliseconds));
  }
  for (const char* none : {"0s", "-1s", "1.5s", "s", "1h", "86401s", "99999999999s", "1ss"}) {
    EXPECT_NE(refusal(std::string("{#--- @timeout ") + none + " #}"), "none") << none;
  }
}

TEST(FrontMatter, DiagnoseReportsAllItsMistakesAndNamesThatAreNotDeclared) {
  Environment environment(kOn, std::make_shared<MapLoader>(std::map<std::string, std::string>{
                                   {"bad", "{#---\n@parm a: int\n@param b: itn\n#}{{ x|nosuch }}"},
                                   {"undeclared",
                                    "{#---\n@param limit: int\n#}\n{{ limit }}{{ (notes|d ~ n) "
                                    "}}{{ limt }}\n{% if ifn %}{{ _host }}{{ g "
                                    "}}{{ range(3) }}{% endif %}{% set s = 1 %}{{ s }}"},
                                   {"free", "{{ x }}"}}));
  environment.add_global("g", 1);
  std::vector<std::string> bad;
  for (const Error& error : environment.diagnose("bad")) bad.push_back(error.message());
  EXPECT_EQ(bad, (Names{"front matter has no '@parm'", "unknown type 'itn'",
                        "no filter named 'nosuch'"}));
  const std::vector<Error> found = environment.diagnose("undeclared");
  std::vector<std::string> shown;
  for (const Error& error : found) {
    EXPECT_EQ(error.kind(), ErrorKind::Undefined);
    const SourcePlace& at = error.places().at(0);
    shown.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + "+" +
                    std::to_string(at.length) + " " + error.message() + " | " + error.hint());
  }
  const std::string used = " is used but not declared | ";
  const std::string declare = "declare it in the front matter: @param ";
  EXPECT_EQ(shown, (Names{"4:16+5 'notes'" + used + declare + "notes: any",
                          "4:26+1 'n'" + used + declare + "n: any",
                          "4:34+4 'limt'" + used + "did you mean 'limit'?",
                          "5:7+3 'ifn'" + used + declare + "ifn: any"}));
  EXPECT_TRUE(environment.diagnose("free").empty());
}

}  // namespace
}  // namespace pgjinja::jinja
