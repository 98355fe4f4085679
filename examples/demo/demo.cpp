// A tour of pgjinja on an embedded PostgreSQL with the cities of GeoNames.

#include "data_set.hpp"
#include "screen.hpp"

#include <pgjinja/pgjinja.hpp>
#include <pgjinja/sql/marks.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>

namespace {

using pgjinja::Client;
using pgjinja::ClientSettings;
using pgjinja::Context;
using pgjinja::EmbeddedServer;
using pgjinja::Error;

struct City {
  std::int64_t id;
  std::string name;
  std::string country;
  std::int64_t population;
};

struct Visit {
  std::int64_t id;
  std::string visitor;
  pgjinja::TimestampTz at;
};

screen::Table table_of(const std::vector<City>& cities) {
  screen::Table table{{"id", "name", "country", "population"}};
  for (const City& c : cities) {
    table.push_back({std::to_string(c.id), c.name, c.country, std::to_string(c.population)});
  }
  return table;
}

void show(const Client& db, std::string_view name) {
  screen::show_template(db.environment().get_template(name).source());
}

void typed_rows(const Client& db) {
  screen::title("1  A template in a file, one call, typed rows");
  show(db, "cities/largest");
  screen::show_call(
      R"(for (const City& c : db.query<City>("cities/largest", {{"country", "FR"}, {"limit", 5}})))");
  const Context arguments{{"country", "FR"}, {"limit", 5}};
  screen::show_statement(db.render("cities/largest", arguments));
  screen::show_table(table_of(db.query<City>("cities/largest", arguments)));
}

/// What the mapped type asks for, as query<City> passes it; render() alone knows no type.
Context with_city_fields(Context arguments) {
  return arguments.set("_model_fields_",
                       pgjinja::sql::identifier_list({"id", "name", "country", "population"}));
}

void optional_conditions(const Client& db) {
  screen::title("2  Optional conditions: one statement per shape, no IS NULL OR");
  show(db, "cities/search");
  screen::show_call(R"(db.query<City>("cities/search", {{"larger_than", 20'000'000}}))");
  const Context few{{"larger_than", 20'000'000}};
  screen::show_statement(db.render("cities/search", with_city_fields(few)));
  screen::show_table(table_of(db.query<City>("cities/search", few)));

  screen::say("\n  The same template with other arguments has other conditions, and an IN list:\n");
  screen::show_call(
      R"(db.query<City>("cities/search", {{"name", "san"}, {"countries", vector{"CL", "CR", "US"}}}))");
  const Context more{{"name", "san"}, {"countries", std::vector<std::string>{"CL", "CR", "US"}}};
  screen::show_statement(db.render("cities/search", with_city_fields(more)));
  screen::show_table(table_of(db.query<City>("cities/search", more)));
}

void hostile_user(const Client& db) {
  screen::title("3  A search typed by a hostile user");
  const std::string typed = "100%_'; DROP TABLE city; --";
  screen::say("  He types:  " + typed + "\n");
  const Context arguments{{"name", typed}};
  screen::show_statement(db.render("cities/search", with_city_fields(arguments)));
  screen::show_table(table_of(db.query<City>("cities/search", arguments)));
  screen::say("\n  His text is a parameter, its wildcards are escaped, and nothing is dropped.");
}

void macros(const Client& db) {
  screen::title("4  Macros and includes keep their values as parameters, in the right order");
  show(db, "cities/near");
  const Context arguments{{"lat", 48.8566}, {"lon", 2.3522}, {"limit", 4}};
  screen::show_call(
      R"(db.query("cities/near", {{"lat", 48.8566}, {"lon", 2.3522}, {"limit", 4}}))");
  screen::show_statement(db.render("cities/near", arguments));
  screen::show_result(db.query("cities/near", arguments));
}

void identifiers(const Client& db) {
  screen::title("5  Columns chosen by the caller are identifiers, always quoted");
  show(db, "countries/top");
  const Context arguments{{"columns", std::vector<std::string>{"name", "capital", "area_km2"}},
                          {"continent", "SA"},
                          {"by", "area_km2"}};
  screen::show_statement(db.render("countries/top", arguments));
  screen::show_result(db.query("countries/top", arguments));
}

void insert_returning(const Client& db) {
  screen::title("6  INSERT … RETURNING, with as many rows as there are");
  show(db, "cities/visit");
  const Context arguments{{"city", 2988507},
                          {"visitors", std::vector<std::string>{"Ada", "Grace", "O'Hara"}}};
  screen::show_statement(db.render("cities/visit", arguments));
  screen::Table table{{"id", "visitor", "at"}};
  for (const Visit& v : db.query<Visit>("cities/visit", arguments)) {
    table.push_back({std::to_string(v.id), v.visitor, pgjinja::to_text(v.at)});
  }
  screen::show_table(table);
}

/// Runs what must fail. Returns whether it did.
bool mistake(const Client& db, std::string_view name, const Context& arguments) {
  show(db, name);
  try {
    static_cast<void>(db.query(name, arguments));
  } catch (const Error& error) {
    screen::show_error(error);
    return true;
  }
  screen::say("  This should have been an error.");
  return false;
}

bool mistakes(const Client& db) {
  screen::title("7  A mistake: a value inside quotes. It is refused before anything is sent");
  const bool quotes = mistake(db, "mistakes/in_quotes", {{"q", "par"}});
  screen::title("8  A mistake that only the server sees, shown where it was written");
  const bool column = mistake(db, "mistakes/wrong_column", {{"country", "FR"}, {"more_than", 10}});
  return quotes && column;
}

double milliseconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

std::string rounded(double ms) { return std::to_string(static_cast<long>(ms + 0.5)) + " ms"; }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool tour(const std::filesystem::path& here, const std::filesystem::path& data) {
  const EmbeddedServer server;
  const EmbeddedServer::Timings& took = server.timings();
  screen::say("PostgreSQL is up: " +
              std::string(took.from_cache ? "a copy of the cached cluster " : "initdb ") +
              rounded(milliseconds(took.initialise)) + ", start " +
              rounded(milliseconds(took.start)));

  ClientSettings settings;
  settings.connection = server.settings();
  settings.templates = {here / "queries"};
  const Client db(std::move(settings));
  const auto begin = std::chrono::steady_clock::now();
  db.run_script(read_file(here / "schema.sql"));
  const std::int64_t rows = load_data_set(db, data);
  screen::say("Loaded " + std::to_string(rows) + " countries and cities in " +
              rounded(milliseconds(std::chrono::steady_clock::now() - begin)) +
              " (GeoNames, CC BY 4.0)");

  typed_rows(db);
  optional_conditions(db);
  hostile_user(db);
  macros(db);
  identifiers(db);
  insert_returning(db);
  return mistakes(db);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: pgjinja_demo DEMO_DIRECTORY DATA_DIRECTORY\n";
    return 2;
  }
  try {
    return tour(argv[1], argv[2]) ? 0 : 1;
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
