// Pages of a query, by keys and by offset, against a server.

#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;
using test::Templates;

constexpr SortOrder kDown = SortOrder::Descending;

struct Post {
  std::int64_t id = 0;
  std::optional<std::string> title;
  TimestampTz created;
};

const Templates kTemplates = {
    {"posts",
     "{#---\n"
     "@sort created desc, id\n"
     "---#}\n"
     "SELECT id, title, created FROM page_posts\n"
     "{%- if min_id is defined %} WHERE id >= {{ min_id }}{% endif %} -- the end"},
    {"unsorted", "SELECT id, title, created FROM page_posts;\n-- the end"},
    {"ordered", "SELECT id FROM page_posts ORDER BY id DESC"},
    {"ambiguous", "{#---\n@sort created desc\n---#}\nSELECT id, title, created FROM page_posts"},
    {"misspelt",
     "{#---\n@sort created desc, ident\n---#}\nSELECT id, title, created FROM page_posts"},
    {"twice", "{#---\n@sort id\n---#}\nSELECT id, id FROM page_posts"},
    {"wrong", "{#---\n@sort id\n---#}\nSELECT id FROM page_posts\nWHERE nothing = {{ 1 }}"},
    {"computed", "{#---\n@sort n\n---#}\nSELECT id, (id % 3)::int AS n FROM page_posts"},
    {"outer",
     "{#---\n@sort post, place\n---#}\n"
     "SELECT p.id AS post, n AS place FROM generate_series(1, 8) n\n"
     "LEFT JOIN page_posts p ON p.id = n AND n % 2 = 0"},
    {"write",
     "{#---\n@sort id\n---#}\nINSERT INTO page_posts (id, created) VALUES (0, now()) RETURNING id"},
    {"parent", "{#---\n@sort id\n---#}\nSELECT id FROM page_parent"},
    {"nullable", "{#---\n@sort code\n---#}\nSELECT code FROM page_codes"},
    {"sure", "{#---\n@sort code\n---#}\nSELECT code FROM page_sure"},
    {"both", "{#---\n@sort code, id\n---#}\nSELECT id, code FROM page_codes"},
    {"view", "{#---\n@sort id\n---#}\nSELECT id FROM page_view"},
    {"odd", "SELECT id AS \"a\"\"b\" FROM page_posts"},
    {"random", "SELECT * FROM page_random"},
    {"in order", "SELECT id::bigint FROM page_random ORDER BY {{ order | raw }}"},
};

Client paging_client(std::vector<std::string> secrets = {"0123456789abcdef"}) {
  return Client({.connection = test::patient_settings(),
                 .pool = {.max_size = 2},
                 .loader = std::make_shared<jinja::MapLoader>(kTemplates),
                 .cursor_secrets = std::move(secrets)});
}

std::vector<std::int64_t> ids_of(const std::vector<Post>& posts) {
  std::vector<std::int64_t> ids;
  for (const Post& post : posts) ids.push_back(post.id);
  return ids;
}

using Ids = std::vector<std::int64_t>;

class PageTest : public testing::Test {
 protected:
  // Ten posts on five days, two on each: by "created desc, id" they are 9 10 7 8 5 6 3 4 1 2.
  static void SetUpTestSuite() {
    paging_client().run_script(
        "CREATE TABLE page_posts (id bigint PRIMARY KEY, title text, created timestamptz NOT NULL);"
        "INSERT INTO page_posts SELECT n, 'post ' || n, '2026-01-01 12:00+02'::timestamptz"
        " + ((n + 1) / 2) * interval '1 day' FROM generate_series(1, 10) n;"
        "CREATE TABLE page_parent (id bigint PRIMARY KEY);"
        "CREATE TABLE page_child () INHERITS (page_parent);"
        "CREATE TABLE page_codes (id bigint PRIMARY KEY, code text UNIQUE, UNIQUE (code, id));"
        "INSERT INTO page_codes SELECT n, CASE WHEN n > 3 THEN n::text END"
        " FROM generate_series(1, 6) n;"
        "CREATE TABLE page_sure (code text NOT NULL, more text);"
        "CREATE UNIQUE INDEX ON page_sure (code) WHERE more IS NULL;"
        "CREATE UNIQUE INDEX ON page_sure (lower(code));"
        "CREATE VIEW page_view AS SELECT id FROM page_posts");
  }

  Client db = paging_client();
};

TEST_F(PageTest, ForwardAndBackThroughAllRows) {
  const PageRequest first{.size = 4};
  const auto one = db.page<Post>("posts", {}, first);
  EXPECT_EQ(ids_of(one.rows), (Ids{9, 10, 7, 8}));
  EXPECT_EQ(one.rows[0].title, "post 9");
  EXPECT_FALSE(one.previous);
  ASSERT_TRUE(one.next);
  const auto two = db.page<Post>("posts", {}, {.size = 4, .after = *one.next});
  EXPECT_EQ(ids_of(two.rows), (Ids{5, 6, 3, 4}));
  ASSERT_TRUE(two.previous && two.next);
  const auto three = db.page<Post>("posts", {}, {.size = 4, .after = *two.next});
  EXPECT_EQ(ids_of(three.rows), (Ids{1, 2}));
  EXPECT_FALSE(three.next);
  ASSERT_TRUE(three.previous);

  const auto back = db.page<Post>("posts", {}, {.size = 4, .before = *three.previous});
  EXPECT_EQ(ids_of(back.rows), (Ids{5, 6, 3, 4}));
  EXPECT_EQ(back.next, two.next);
  EXPECT_EQ(back.previous, two.previous);
  const auto front = db.page<Post>("posts", {}, {.size = 4, .before = *back.previous});
  EXPECT_EQ(ids_of(front.rows), (Ids{9, 10, 7, 8}));
  EXPECT_FALSE(front.previous);
  EXPECT_EQ(front.next, one.next);
}

TEST_F(PageTest, TheLastFullPageHasNoNextOne) {
  const auto all = db.page<Post>("posts", {}, {.size = 10});
  EXPECT_EQ(all.rows.size(), 10U);
  EXPECT_FALSE(all.next);
  EXPECT_FALSE(all.previous);
}

TEST_F(PageTest, TheTemplatesArgumentsComeBeforeTheCursors) {
  const Context arguments{{"min_id", 4}};
  const auto one = db.page<Post>("posts", arguments, {.size = 3});
  EXPECT_EQ(ids_of(one.rows), (Ids{9, 10, 7}));
  const auto two = db.page<Post>("posts", arguments, {.size = 9, .after = *one.next});
  EXPECT_EQ(ids_of(two.rows), (Ids{8, 5, 6, 4}));
}

TEST_F(PageTest, RowsThatCameInBetweenShiftNothing) {
  const auto one = db.page<Post>("posts", {}, {.size = 4});
  Transaction tx = db.begin();
  tx.run_script(
      "INSERT INTO page_posts VALUES (100, 'new', now() + interval '1 year');"
      "DELETE FROM page_posts WHERE id = 8");
  const auto two = tx.page<Post>("posts", {}, {.size = 4, .after = *one.next});
  EXPECT_EQ(ids_of(two.rows), (Ids{5, 6, 3, 4}));
}

TEST_F(PageTest, FromAnEmptyPageTheWayBackLosesNoRow) {
  const auto one = db.page<Post>("posts", {}, {.size = 9});
  Transaction tx = db.begin();
  tx.run_script("DELETE FROM page_posts WHERE id = 2");
  const auto empty = tx.page<Post>("posts", {}, {.size = 9, .after = *one.next});
  EXPECT_TRUE(empty.rows.empty());
  EXPECT_FALSE(empty.next);
  ASSERT_TRUE(empty.previous);
  EXPECT_EQ(ids_of(tx.page<Post>("posts", {}, {.size = 3, .before = *empty.previous}).rows),
            (Ids{3, 4, 1}));
  tx.run_script("DELETE FROM page_posts WHERE id >= 9");
  const auto back = tx.page<Post>("posts", {}, {.size = 2, .before = *empty.previous});
  const auto front = tx.page<Post>("posts", {}, {.size = 9, .before = *back.previous});
  EXPECT_EQ(front.rows.size(), 5U);
}

TEST_F(PageTest, TheCallsSortGoesBeforeTheTemplates) {
  const auto one = db.page<Post>("posts", {}, {.size = 2, .sort = {{"id", kDown}}});
  EXPECT_EQ(ids_of(one.rows), (Ids{10, 9}));
  EXPECT_EQ(report_of([&] { (void)db.page<Post>("posts", {}, {.after = *one.next}); }),
            "error[cursor]: this is no cursor of this page\n"
            "  = hint: a cursor is good for the template and the sort order that it comes from, "
            "unchanged and with one of the secrets in ClientSettings::cursor_secrets");
  EXPECT_EQ(db.page<std::int64_t>("odd", {}, {.size = 1, .sort = {{"a\"b"}}}).rows, (Ids{1}));
}

struct Numbered {
  std::int64_t id;
  std::int32_t n;
};

TEST_F(PageTest, RowsThatCannotBeToldApartAreAnErrorAndNotLost) {
  const std::string equal =
      "error[config]: template \"computed\" is sorted by \"n\", and two rows in succession are "
      "equal in that\n"
      " --> computed:2:7\n"
      "  |\n"
      "2 | @sort n\n"
      "  |       ^\n"
      "  = hint: end the sort with a unique column that is never null, such as the primary key: "
      "rows "
      "with equal keys would be missed between two pages";
  EXPECT_EQ(report_of([&] { (void)db.page<Numbered>("computed", {}, {.size = 2}); }), equal);
  EXPECT_EQ(report_of([&] { (void)db.page<Numbered>("computed", {}, {.size = 3}); }), "");
}

TEST_F(PageTest, KeysThatTheCatalogueKnowsNotToBeUniqueAreRefused) {
  const auto refused = [&](const char* name) {
    const std::string report = report_of([&] { (void)db.page<std::optional<std::string>>(name); });
    return report.find("which is not unique as far as the server's catalogue tells") !=
           std::string::npos;
  };
  EXPECT_EQ(
      report_of([&] { (void)db.page<Post>("ambiguous", {}, {.size = 2}); }),
      "error[config]: template \"ambiguous\" is sorted by \"created\", which is not unique as "
      "far as the server's catalogue tells\n"
      " --> ambiguous:2:7\n"
      "  |\n"
      "2 | @sort created desc\n"
      "  |       ^^^^^^^\n"
      "  = hint: end the sort with a unique column that is never null, such as the primary key: "
      "rows with equal keys would be missed between two pages");
  EXPECT_TRUE(refused("nullable")) << "a unique column may be null many times";
  EXPECT_TRUE(refused("sure")) << "one index is partial, the other one of an expression";
  EXPECT_EQ(report_of([&] { (void)db.page<std::int64_t>("view"); }), "")
      << "of a view the catalogue says nothing";
}

TEST_F(PageTest, AUniqueIndexSaysNothingOfTablesThatInherit) {
  EXPECT_NE(report_of([&] { (void)db.page<std::int64_t>("parent"); }).find("not unique"),
            std::string::npos);
}

TEST_F(PageTest, ErrorsSayWhere) {
  EXPECT_EQ(report_of([&] { (void)db.page<Post>("misspelt"); }),
            "error[server 42703]: column \"ident\" does not exist\n"
            " --> misspelt:2:21\n"
            "  |\n"
            "2 | @sort created desc, ident\n"
            "  |                     ^^^^^");
  EXPECT_EQ(report_of([&] { (void)db.page<std::tuple<std::int64_t, std::int64_t>>("twice"); }),
            "error[server 42702]: ORDER BY \"id\" is ambiguous\n"
            " --> twice:2:7\n"
            "  |\n"
            "2 | @sort id\n"
            "  |       ^^");
  EXPECT_EQ(report_of([&] { (void)db.page<std::int64_t>("wrong"); }),
            "error[server 42703]: column \"nothing\" does not exist\n"
            " --> wrong:5:7\n"
            "  |\n"
            "5 | WHERE nothing = {{ 1 }}\n"
            "  |       ^^^^^^^");
  EXPECT_EQ(report_of([&] { (void)db.page<std::int64_t>("write"); }),
            "error[config]: template \"write\" is no query, of which there could be pages\n"
            " --> write:1:1\n"
            "  |\n"
            "1 | {#---\n"
            "  | ^\n"
            "  = hint: pages are made of SELECT, VALUES, TABLE or WITH … SELECT");
  EXPECT_EQ(report_of([&] { (void)db.page<Post>("unsorted"); }),
            "error[config]: nothing says what the pages of template \"unsorted\" are sorted by\n"
            " --> unsorted:1:1\n"
            "  |\n"
            "1 | SELECT id, title, created FROM page_posts;\n"
            "  | ^\n"
            "  = hint: write \"@sort created_at desc, id\" into its front matter, or give "
            "PageRequest::sort; the keys together have to be unique");
  EXPECT_EQ(
      report_of([&] { (void)db.page<Post>("unsorted", {}, {.sort = {{"\"; DROP TABLE t"}}}); }),
      "error[server 42703]: column \"\"; DROP TABLE t\" does not exist\n"
      "  = while executing unsorted:1:1");
}

TEST_F(PageTest, RequestsThatMakeNoSenseAreRefused) {
  const auto first = db.page<Post>("posts", {}, {.size = 1});
  const std::string cursor = *first.next;
  EXPECT_EQ(
      report_of([&] { (void)db.page<Post>("posts", {}, {.after = cursor, .before = cursor}); }),
      "error[config]: a page is behind one cursor or before one, not both\n"
      "  = hint: leave PageRequest::after or PageRequest::before empty");
  for (const std::int64_t size : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 31}) {
    EXPECT_EQ(
        report_of([&] { (void)db.page<Post>("posts", {}, {.size = size}); }),
        "error[config]: a page has from 1 to 2147483647 rows, and not " + std::to_string(size));
  }
  EXPECT_EQ(report_of([&] { (void)db.offset_page<Post>("posts", {}, {.offset = -1}); }),
            "error[config]: a page cannot begin at row -1");
  EXPECT_EQ(
      report_of([&] { (void)paging_client({}).page<Post>("posts"); }),
      "error[config]: pages need a secret to sign their cursors with\n"
      "  = hint: give ClientSettings::cursor_secrets, the same to all programs that serve the "
      "page");
}

TEST_F(PageTest, ByOffsetWithATotal) {
  const auto one = db.offset_page<Post>("posts", {}, {.size = 4, .total = true});
  EXPECT_EQ(ids_of(one.rows), (Ids{9, 10, 7, 8}));
  EXPECT_TRUE(one.more);
  EXPECT_EQ(one.total, 10);
  const auto last = db.offset_page<Post>("posts", {}, {.size = 4, .offset = 8, .total = true});
  EXPECT_EQ(ids_of(last.rows), (Ids{1, 2}));
  EXPECT_FALSE(last.more);
  EXPECT_EQ(last.total, 10);
  const auto beyond = db.offset_page<Post>("posts", {{"min_id", 4}}, {.offset = 80, .total = true});
  EXPECT_TRUE(beyond.rows.empty());
  EXPECT_EQ(beyond.total, 7);
  EXPECT_EQ(db.offset_page<Post>("posts", {}, {.size = 1}).total, std::nullopt);
  EXPECT_EQ(db.offset_page<std::int64_t>("ordered", {}, {.size = 2, .offset = 1}).rows, (Ids{9, 8}))
      << "without keys, as the template says";
  EXPECT_EQ(report_of([&] { (void)db.offset_page<Post>("misspelt", {}, {}); }).substr(0, 50),
            "error[server 42703]: column \"ident\" does not exist");
}

TEST_F(PageTest, AnOuterJoinMakesNullsOfColumnsThatAreNotNull) {
  using Pair = std::tuple<std::optional<std::int64_t>, std::int32_t>;
  constexpr std::optional<std::int64_t> none;
  std::vector<Pair> all;
  std::string after;
  for (int i = 0; i < 20; ++i) {
    auto page = db.page<Pair>("outer", {}, {.size = 1, .after = after});
    all.insert(all.end(), page.rows.begin(), page.rows.end());
    if (!page.next) break;
    after = *page.next;
  }
  EXPECT_EQ(all, (std::vector<Pair>{
                     {2, 2}, {4, 4}, {6, 6}, {8, 8}, {none, 1}, {none, 3}, {none, 5}, {none, 7}}));
}

TEST_F(PageTest, WithKeysThatAreNeverNullTheIndexIsEntered) {
  // The first page has learned from the catalogue that a row comparison will do.
  Client single({.connection = test::patient_settings(),
                 .pool = {.max_size = 1},
                 .loader = std::make_shared<jinja::MapLoader>(
                     Templates{{"posts", "SELECT id, title, created FROM page_posts"},
                               {"statements",
                                "SELECT statement FROM pg_prepared_statements WHERE statement LIKE "
                                "'SELECT * FROM (%' ORDER BY prepare_time, name"}}),
                 .cursor_secrets = {"0123456789abcdef"}});
  const std::vector<SortKey> sort = {{"created"}, {"id"}};
  const auto one = single.page<Post>("posts", {}, {.size = 4, .sort = sort});
  (void)single.page<Post>("posts", {}, {.size = 4, .after = *one.next, .sort = sort});
  const auto statements = single.query<std::string>("statements");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[1],
            "SELECT * FROM (\nSELECT id, title, created FROM page_posts\n) AS pgjinja_page\n"
            "WHERE (\"created\", \"id\") > ($1, $2)\n"
            "ORDER BY \"created\", \"id\"\nLIMIT 5");
}

// Random sort orders over nullable columns of many types, page sizes and arguments: walked in both
// directions, the pages together are the result that one ORDER BY gives.
class RandomPages : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    paging_client().run_script(
        "CREATE TYPE page_mood AS ENUM ('sad', 'ok', 'happy');"
        "CREATE TABLE page_random (id int PRIMARY KEY, small int, words text, real4 real,"
        " real8 float8, amount numeric, day date, moment timestamptz NOT NULL, flag bool,"
        " raw bytea, mood page_mood, list int[], code uuid, span interval, place inet);"
        "INSERT INTO page_random SELECT n, nullif(n % 5, 0), nullif(chr(97 + n % 4) || ' \"x', 'b "
        "\"x'),"
        " CASE n % 6 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' ELSE (n % 6)::real / 10 END,"
        " CASE n % 7 WHEN 0 THEN NULL WHEN 1 THEN '-Infinity' ELSE (n % 7) / 3.0 END,"
        " CASE n % 4 WHEN 0 THEN NULL ELSE (n % 4) * 1.10 END,"
        " CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '-infinity' ELSE date '2026-01-01' + n % 5 END,"
        " timestamptz '1900-01-01 00:00:00.123456+00' + (n % 6) * interval '1 hour',"
        " nullif(n % 3, 0) = 1, nullif(decode(lpad(to_hex(n % 4), 2, '0'), 'hex'), '\\x00'),"
        " (ARRAY['sad', 'ok', 'happy', NULL])[1 + n % 4]::page_mood,"
        " CASE WHEN n % 3 > 0 THEN ARRAY[n % 3, NULL, n % 2] END, "
        " CASE WHEN n % 3 > 0 THEN md5((n % 3)::text)::uuid END,"
        " nullif(n % 4, 0) * interval '1 month 2 days', nullif(n % 3, 0) + inet '10.0.0.1'"
        " FROM generate_series(1, 60) n");
  }
};

struct Random {
  std::int32_t id = 0;
  Value small, words, real4, real8, amount, day, moment, flag, raw, mood, list, code, span, place;
};

const std::vector<std::string> kColumns = {"small", "words",  "real4", "real8", "amount",
                                           "day",   "moment", "flag",  "raw",   "mood",
                                           "list",  "code",   "span",  "place"};

std::string order_by(const std::vector<SortKey>& sort) {
  std::string text;
  for (const SortKey& key : sort) {
    text += (text.empty() ? "" : ", ") + key.column + (key.descending() ? " DESC" : " ASC") +
            (key.nulls_first() ? " NULLS FIRST" : " NULLS LAST");
  }
  return text;
}

class Walk {
 public:
  Walk(const Client& db, std::vector<SortKey> sort, std::int64_t size)
      : db_(db), sort_(std::move(sort)), size_(size) {}

  Ids forward() {
    Ids ids;
    std::string after;
    while (true) {
      const auto page = get({.size = size_, .after = after, .sort = sort_});
      ids.insert(ids.end(), page.rows.begin(), page.rows.end());
      if (page.previous) last_ = *page.previous;
      if (!page.next) return ids;
      after = *page.next;
    }
  }
  /// All rows before the last page, from the end to the beginning.
  Ids backward() {
    Ids ids;
    std::optional<std::string> before = last_;
    while (before) {
      const auto page = get({.size = size_, .before = *before, .sort = sort_});
      ids.insert(ids.end(), page.rows.rbegin(), page.rows.rend());
      before = page.previous;
    }
    return ids;
  }

 private:
  Page<std::int32_t> get(const PageRequest& request) {
    const auto page = db_.page<Random>("random", {}, request);
    Page<std::int32_t> ids{{}, page.next, page.previous};
    for (const Random& row : page.rows) ids.rows.push_back(row.id);
    return ids;
  }

  const Client& db_;
  std::vector<SortKey> sort_;
  std::int64_t size_;
  std::optional<std::string> last_;
};

std::vector<SortKey> random_sort(std::mt19937& random) {
  std::vector<std::string> columns = kColumns;
  std::shuffle(columns.begin(), columns.end(), random);
  columns.resize(random() % 4);
  columns.emplace_back("id");
  std::vector<SortKey> sort;
  for (const std::string& column : columns) {
    sort.push_back({column, random() % 2 == 0 ? kDown : SortOrder::Ascending,
                    static_cast<NullsOrder>(random() % 3)});
  }
  return sort;
}

TEST_F(RandomPages, TogetherAreTheWholeResultInOrder) {
  const Client db = paging_client();
  std::mt19937 random(20260101);  // NOLINT(cert-msc51-cpp): the same each time
  for (int i = 0; i < 60; ++i) {
    const std::vector<SortKey> sort = random_sort(random);
    const std::string order = order_by(sort);
    const auto size = static_cast<std::int64_t>(1 + random() % 25);
    const Ids expected = db.query<std::int64_t>("in order", {{"order", order}});
    Walk walk(db, sort, size);
    EXPECT_EQ(walk.forward(), expected) << order << ", pages of " << size;

    const Ids back = walk.backward();
    const auto last = static_cast<std::ptrdiff_t>(back.size());
    EXPECT_EQ(back, Ids(expected.rend() - last, expected.rend())) << order << ", pages of " << size;
    EXPECT_GE(back.size() + static_cast<std::size_t>(size), expected.size());
  }
}

}  // namespace
}  // namespace pgjinja
