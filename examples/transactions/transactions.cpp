// Transactions and batches: docs/transactions.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>

namespace {

using pgjinja::Client;
using pgjinja::Executor;
using pgjinja::Isolation;
using pgjinja::Transaction;

const std::map<std::string, std::string> kTemplates = {
    {"open", "INSERT INTO account (owner, cents) VALUES ({{ owner }}, {{ cents }})"},
    {"move", "UPDATE account SET cents = cents + {{ cents }} WHERE owner = {{ owner }}"},
    {"balance", "SELECT cents FROM account WHERE owner = {{ owner }}"},
    {"total", "SELECT sum(cents)::bigint FROM account"},
    {"log", "INSERT INTO journal (text, by) VALUES ({{ text }}, current_setting('app.user'))"},
    {"entries", "SELECT by || ': ' || text FROM journal ORDER BY id"},
};

Client connect(const pgjinja::EmbeddedServer& server) {
  Client db({.connection = server.settings(),
             .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates)});
  db.run_script(
      "CREATE TABLE account (owner text PRIMARY KEY, cents bigint CHECK (cents >= 0));"
      "CREATE TABLE journal (id bigint GENERATED ALWAYS AS IDENTITY, text text, by text)");
  return db;
}

/// Works in a transaction and without one.
std::int64_t balance(const Executor& db, const std::string& owner) {
  return db.query_one<std::int64_t>("balance", {{"owner", owner}});
}

/// All or nothing; again when two of them collide.
void transfer(const Client& db, const std::string& from, const std::string& to, int cents) {
  db.transaction(
      [&](Transaction& tx) {
        tx.execute("move", {{"owner", to}, {"cents", cents}});
        tx.execute("move", {{"owner", from}, {"cents", -cents}});
        tx.execute("log", {{"text", from + " gives " + to + " " + std::to_string(cents)}});
      },
      {.isolation = Isolation::Serializable, .settings = {{"app.user", "teller 7"}}},
      {.attempts = 5});
}

/// What fails in a nested transaction leaves the outer one as it was.
void pay_out_what_is_possible(const Client& db) {
  Transaction tx = db.begin({.settings = {{"app.user", "cron"}}});
  for (const std::string owner : {"Ada", "Bob"}) {
    Transaction attempt = tx.nested();
    try {
      attempt.execute("move", {{"owner", owner}, {"cents", -500}});
      attempt.execute("log", {{"text", "pays out 500 of " + owner}});
      attempt.commit();
    } catch (const pgjinja::Error& error) {
      std::cout << owner << ": " << error.message() << "\n";
    }
  }
  tx.commit();
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const Client db = connect(server);

  // Two calls in one packet and one transaction.
  pgjinja::Batch batch = db.batch();
  batch.execute("open", {{"owner", "Ada"}, {"cents", 1000}});
  batch.execute("open", {{"owner", "Bob"}, {"cents", 100}});
  batch.run();

  transfer(db, "Ada", "Bob", 250);
  std::cout << "Ada " << balance(db, "Ada") << ", Bob " << balance(db, "Bob") << "\n";

  try {
    transfer(db, "Bob", "Ada", 9999);
  } catch (const pgjinja::Error& error) {
    std::cout << error.what() << "\n";
  }
  std::cout << "Ada " << balance(db, "Ada") << ", Bob " << balance(db, "Bob") << "\n";

  pay_out_what_is_possible(db);

  // Each for itself: what fails does not concern the others.
  const auto total = batch.query_one<std::int64_t>("total");
  const auto twice = batch.execute("open", {{"owner", "Ada"}, {"cents", 0}});
  const auto entries = batch.query<std::string>("entries");
  batch.run_each();
  std::cout << "total " << total.get() << "\n";
  for (const std::string& entry : entries.get()) std::cout << entry << "\n";
  try {
    std::cout << twice.get() << "\n";
  } catch (const pgjinja::Error& error) {
    std::cout << error.what() << "\n";
  }
  return 0;
}
