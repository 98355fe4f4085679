#include "sql/mark_filters.hpp"

namespace pgjinja::sql {
namespace {

TEST(Values, GiveRowsOfParameters) {
  static constexpr Row kRows[] = {
      {"VALUES {{ rows | values }}", "VALUES ($1, $2), ($3, $4) /4"},
      {"VALUES {{ people | values }}", "VALUES ($1, $2), ($3, $4) /4"},
      {"VALUES {{ people | values(['na\"me']) }}", "VALUES ($1), ($2) /2"},
      {"VALUES {{ more | values(keys=['id']) }}", "VALUES ($1), ($2) /2"},
      {"VALUES {{ nested | values }}", "VALUES ($1, $2) /2"},
      {"({{ people | columns }}) VALUES {{ people | values }} RETURNING {{ n }}",
       "(\"id\", \"na\"\"me\") VALUES ($1, $2), ($3, $4) RETURNING $5 /5"},
      {"VALUES {{ more | values }}",
       "binding: row 2 has 'admin', which the first one has not => give all rows the same keys, or "
       "choose some: values(['id', 'name'])"},
      {"{{ less | values }}", "binding: row 2 has no 'x' => give it a value; none stands for NULL"},
      {"{{ people | values(['id', 'x']) }}",
       "binding: row 1 has no 'x' => give it a value; none stands for NULL"},
      {"{{ people | values([]) }}", "binding: values has no keys to choose => name one at least"},
      {"{{ people | values('id') }}",
       "runtime: the filter values takes keys as a list of texts, and not text => "},
      {"{{ people | values([1]) }}",
       "runtime: the filter values takes keys as a list of texts, and not int => "},
      {"{{ people | values(['id'], 1) }}", "runtime: values takes at most 1 argument, not 2 => "},
      {"{{ short | values }}",
       "binding: row 2 has 1 value, and the first one has 2 => give every row a value for each "
       "column; none stands for NULL"},
      {"{{ hollow | values }}",
       "binding: row 1 has no value => a row has a value for each column, at least one"},
      {"{{ blank | values }}",
       "binding: row 1 has no value => a row has a value for each column, at least one"},
      {"{{ nothing | values }}",
       "binding: the list of rows is empty, and VALUES takes one at least => leave the statement "
       "out when there is none, or pass each column as a list: SELECT * FROM unnest({{ ids }}, {{ "
       "names }}) takes lists of any length"},
      {"{{ flat | values }}",
       "runtime: row 1 is int, and no list => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ mixed | values }}",
       "runtime: row 2 is list, and no map => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ mixed2 | values }}",
       "runtime: row 2 is map, and no list => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ [missing] | values }}", "undefined: row 1 is undefined => pass it"},
      {"{{ [[missing]] | values }}", "undefined: a value of row 1 is undefined: missing => "},
      {"{{ marked | values }}",
       "binding: a value of row 1 is identifier mark, and no plain value => give numbers, texts, "
       "lists …; marks are printed by themselves"},
      {"{{ [{1: 2}] | values }}",
       "runtime: the filter values takes a map with texts as keys, and not int => "},
      {"{{ n | values }}", "runtime: the filter values takes a list of rows, and not int => "},
      {"{{ missing | values }}", "undefined: missing is undefined => "},
      {"'{{ rows | values }}'",
       "binding: {{ rows | values }} stands inside a string constant, where no list of rows can "
       "stand => drop the quotes: write VALUES {{ rows | values }}"},
      {"VALUES{{ rows | values }}",
       "binding: {{ rows | values }} is glued to VALUES in front of it => put a space between "
       "them"},
      {"{{ rows | values }}{{ n }}",
       "binding: {{ n }} is glued to {{ rows | values }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
  };
  expect(kRows);
}

TEST(Values, KeepTheOrderOfTheFirstRow) {
  const Statement s = Binder().bind(
      environment()
          .compile("query", "{{ people | values }} {{ people | values(['na\"me', 'id']) }}")
          .render(kContext));
  EXPECT_EQ(s.parameters, (std::vector<Value>{1, "x", 2, "y", "x", 1, "y", 2}));
}

TEST(Columns, QuoteTheNames) {
  static constexpr Row kRows[] = {
      {"{{ map | columns }}", "\"a\", \"b\" /0"},
      {"{{ people | columns }}", "\"id\", \"na\"\"me\" /0"},
      {"{{ words | columns }}", "\"asc\", \"desc\" /0"},
      {"{{ empty | columns }}",
       "binding: an identifier has no name => give at least one name; an empty list of names is no "
       "SQL"},
      {"{{ nothing | columns }}",
       "binding: an identifier has no name => give at least one name; an empty list of names is no "
       "SQL"},
      {"{{ long | columns }}",
       "binding: the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 64 bytes => PostgreSQL keeps 63 "
       "bytes "
       "of a name and would cut the rest off in silence"},
      {"{{ unnamed | columns }}",
       "binding: an identifier is empty => give a name of 1 to 63 bytes"},
      {"{{ {1: 2} | columns }}",
       "runtime: the filter columns takes a map with texts as keys, and not int => "},
      {"{{ text | columns }}",
       "runtime: the filter columns takes a map, a list of maps or a list of texts, and not text "
       "=> "},
      {"{{ flat | columns }}",
       "runtime: the filter columns takes a map, a list of maps or a list of texts, and not int "
       "=> "},
      {"{{ missing | columns }}", "undefined: missing is undefined => "},
      {"'{{ map | columns }}'",
       "binding: {{ map | columns }} stands inside a string constant, where no identifier can "
       "stand "
       "=> a string takes no mark: print the plain value instead, without a filter"},
      {"\"{{ map | columns }}\"",
       "binding: {{ map | columns }} stands inside a quoted identifier, where no identifier can "
       "stand => drop the double quotes: the identifier filter writes them: {{ map | columns }}"},
  };
  expect(kRows);
}

TEST(Assign, SetsColumns) {
  static constexpr Row kRows[] = {
      {"UPDATE t SET {{ map | assign }} WHERE id = {{ n }}",
       "UPDATE t SET \"a\" = $1, \"b\" = $2 WHERE id = $3 /3"},
      {"SET {{ map | assign(['b']) }}", "SET \"b\" = $1 /1"},
      {"SET {{ map | assign(['b', 'c']) }}",
       "binding: the map has no 'c' => give it a value; none stands for NULL"},
      {"{{ empty | assign }}",
       "binding: there is nothing to assign, and SET takes one column at least => leave the "
       "statement out when there is nothing to change"},
      {"{{ unnamed | assign }}", "binding: an identifier is empty => give a name of 1 to 63 bytes"},
      {"{{ long | assign }}",
       "binding: the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 64 bytes => PostgreSQL keeps 63 "
       "bytes "
       "of a name and would cut the rest off in silence"},
      {"{{ {'a': missing} | assign }}",
       "undefined: a value of the assignment is undefined: missing => "},
      {"{{ {'a': text | literal} | assign }}",
       "binding: a value of the assignment is literal mark, and no plain value => give numbers, "
       "texts, lists …; marks are printed by themselves"},
      {"{{ people | assign }}", "runtime: the filter assign takes a map, and not list => "},
      {"U&{{ map | assign }}",
       "binding: {{ map | assign }} is glued to U& in front of it => put a space behind the `&`"},
      {"{{ map | assign }}0",
       "binding: {{ map | assign }} is glued to 0 behind it => put a space between them"},
      {"{{ map | assign }}_x",
       "binding: {{ map | assign }} is glued to _x behind it => put a space between them"},
      {"'{{ map | assign }}'",
       "binding: {{ map | assign }} stands inside a string constant, where no assignment can stand "
       "=> drop the quotes: write SET {{ map | assign }}"},
  };
  expect(kRows);
}

}  // namespace
}  // namespace pgjinja::sql
