// Rows as data, and what transforms make of them: docs/data.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace {

using pgjinja::Client;
using pgjinja::Map;
using pgjinja::Transform;
namespace transform = pgjinja::transform;

const std::map<std::string, std::string> kTemplates = {
    {"authors",
     "{#---\n"
     "@transform nest('books', 'book_')\n"
     "---#}\n"
     "SELECT a.author_id, a.full_name, a.links, b.title AS book_title, b.published_in AS "
     "book_year\n"
     "FROM author a LEFT JOIN book b USING (author_id)\n"
     "ORDER BY a.author_id, b.published_in"},
    {"years",
     "{#---\n"
     "@sort published_in, book_id\n"
     "@transform column('published_in')\n"
     "---#}\n"
     "SELECT book_id, published_in FROM book"},
};

Client connect(const pgjinja::EmbeddedServer& server) {
  Client db({.connection = server.settings(),
             .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates),
             // Behind what the template and the call say: names as JSON has them.
             .transforms = {transform::camel_case()},
             .cursor_secrets = {"a secret of the service, from its secret store"}});
  db.run_script(
      "CREATE TABLE author (author_id int PRIMARY KEY, full_name text NOT NULL, links jsonb);"
      "CREATE TABLE book (book_id int PRIMARY KEY, author_id int REFERENCES author,"
      " title text NOT NULL, published_in int NOT NULL);"
      "INSERT INTO author VALUES (1, 'Mary Shelley', '{\"home_page\": null}'),"
      " (2, 'Nobody Yet', NULL);"
      "INSERT INTO book VALUES (1, 1, 'Frankenstein', 1818), (2, 1, 'The Last Man', 1826)");
  return db;
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const Client db = connect(server);

  // A list of maps, as JSON.
  std::cout << to_json(db.fetch("authors")) << "\n\n";

  // A transform of one's own, and one of the library's, for this call only.
  const Transform counted = Transform::rows("counted", [](Map row) -> std::optional<Map> {
    row.set("number_of_books", row.at("books").as_list().size());
    row.erase("books");
    return row;
  });
  std::cout << to_json(db.fetch("authors", {}, {counted, transform::key_by("full_name")}))
            << "\n\n";

  // Row by row, in constant memory.
  for (const Map& author : db.fetch_stream("authors")) {
    std::cout << author.at("fullName").as_text() << ": " << author.at("books").as_list().size()
              << "\n";
  }

  // A page.
  const auto page = db.fetch_page("years", {}, {.size = 1});
  std::cout << "\n" << to_json(page.data) << (page.next ? " and more" : "") << "\n";

  // No transform: a Map is a row type as others are.
  for (const Map& book : db.query<Map>("years")) {
    std::cout << to_json(pgjinja::Value(book)) << "\n";
  }

  // What is wrong has its place.
  try {
    (void)db.fetch("years", {}, {transform::scalar()});
  } catch (const pgjinja::Error& error) {
    std::cout << error.message() << "\n";
  }
}
