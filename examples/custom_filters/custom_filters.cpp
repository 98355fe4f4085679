// Filters, tests and functions of your own: docs/custom-filters.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// `{{ amount | cents(currency='JPY') }}`
std::int64_t cents(double amount, std::string_view currency) {
  if (currency == "EUR" || currency == "USD") return static_cast<std::int64_t>(amount * 100 + 0.5);
  if (currency == "JPY") return static_cast<std::int64_t>(amount + 0.5);
  throw std::invalid_argument("no currency '" + std::string(currency) + "'");
}

/// `{{ words | tags }}`: without the empty ones, at most `most`.
std::vector<std::string> tags(const std::vector<std::string>& words, std::optional<int> most) {
  std::vector<std::string> kept;
  for (const std::string& word : words) {
    if (!word.empty() && (!most || std::ssize(kept) < *most)) kept.push_back(word);
  }
  return kept;
}

void add_filters(pgjinja::jinja::Environment& environment) {
  environment.add_filter("cents", cents, {{"currency", "EUR"}});
  environment.add_filter("tags", tags, {"most"});
  environment.add_test("big_order", [](double amount) { return amount >= 1000; });
  environment.add_function("offset",
                           [](std::int64_t page, std::int64_t size) { return (page - 1) * size; },
                           {"page", {"size", 20}});
}

void show(const pgjinja::Client& db, std::string_view name, const pgjinja::Context& arguments) {
  try {
    const pgjinja::sql::Statement statement = db.render(name, arguments);
    std::cout << statement.sql << "\n  parameters: " << statement.parameters.size() << "\n\n";
  } catch (const pgjinja::Error& error) {
    std::cout << error.what() << "\n\n";
  }
}

}  // namespace

int main() {
  const std::map<std::string, std::string> templates = {
      {"order",
       "INSERT INTO orders (cents, tags{% if amount is big_order %}, checked{% endif %})\n"
       "VALUES ({{ amount | cents }}, {{ words | tags(most=3) }}"
       "{% if amount is big_order %}, false{% endif %})"},
      {"orders", "SELECT * FROM orders LIMIT 20 OFFSET {{ offset(page) }}"},
      {"yen", "SELECT {{ amount | cents(currency='YEN') }}"},
  };
  const pgjinja::Client db(
      {.loader = std::make_shared<pgjinja::jinja::MapLoader>(templates), .configure = add_filters});

  const std::vector<std::string> words = {"new", "", "gift"};
  show(db, "order", {{"amount", 1200.5}, {"words", words}});
  show(db, "orders", {{"page", 3}});
  show(db, "orders", {{"page", "3"}});
  show(db, "yen", {{"amount", 10}});
}
