// Pages by keys and by offset: docs/pages.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using pgjinja::Client;

struct Article {
  std::int64_t id;
  std::string title;
  pgjinja::TimestampTz published;
};

// The newest first; of one moment, by id. No LIMIT and no ORDER BY: the pages add these.
const std::map<std::string, std::string> kTemplates = {
    {"articles",
     "{#---\n"
     "@param tag: text? = none\n"
     "@sort published desc, id\n"
     "---#}\n"
     "SELECT id, title, published FROM article\n"
     "{% if tag %}WHERE {{ tag }} = ANY (tags){% endif %}"},
};

Client connect(const pgjinja::EmbeddedServer& server) {
  Client db({.connection = server.settings(),
             .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates),
             .cursor_secrets = {"a secret of the service, from its secret store"}});
  db.run_script(
      "CREATE TABLE article (id bigint PRIMARY KEY, title text NOT NULL,"
      " published timestamptz NOT NULL, tags text[] NOT NULL);"
      "CREATE INDEX ON article (published DESC, id);"
      "INSERT INTO article SELECT g, 'Article ' || g, timestamptz '2026-01-01' + g / 2 * interval"
      " '1 day', CASE WHEN g % 3 = 0 THEN ARRAY['news'] ELSE '{}' END FROM generate_series(1, 100) "
      "g");
  return db;
}

void print(const char* what, const std::vector<Article>& articles) {
  std::cout << what << ":";
  for (const Article& article : articles) std::cout << ' ' << article.id;
  std::cout << "\n";
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const Client db = connect(server);

  // Cursors are texts that a URL takes as they are: ?after=…
  const auto first = db.page<Article>("articles", {}, {.size = 5});
  print("first", first.rows);
  const auto second = db.page<Article>("articles", {}, {.size = 5, .after = *first.next});
  print("second", second.rows);
  const auto back = db.page<Article>("articles", {}, {.size = 5, .before = *second.previous});
  print("back", back.rows);
  std::cout << "before that: " << (back.previous ? "more" : "nothing") << "\n";

  // All pages of a filtered result.
  int pages = 0;
  std::optional<std::string> cursor = "";
  while (cursor) {
    cursor = db.page<Article>("articles", {{"tag", "news"}}, {.size = 10, .after = *cursor}).next;
    ++pages;
  }
  std::cout << pages << " pages of news\n";

  // Another order, and a cursor that was changed on its way.
  try {
    (void)db.page<Article>("articles", {}, {.after = *first.next, .sort = {{"id"}}});
  } catch (const pgjinja::Error& error) {
    std::cout << error.message() << "\n";
  }

  const auto tenth =
      db.offset_page<Article>("articles", {}, {.size = 3, .offset = 30, .total = true});
  print("by offset", tenth.rows);
  std::cout << "of " << tenth.total.value_or(0) << "\n";
  return 0;
}
