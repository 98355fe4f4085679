#pragma once

#include "libpq_peer.hpp"

#include <cstdint>
#include <string>

/// What is compared between contenders that read cities, whatever the order.
struct CitySums {
  std::int64_t rows = 0;
  std::int64_t ids = 0;
  std::int64_t letters = 0;
  std::int64_t people = 0;

  void add(const City& city) {
    ++rows;
    ids += city.id;
    letters += static_cast<std::int64_t>(city.name.size() + city.country.size());
    people += city.population;
  }
  void add(const CitySums& other) {
    rows += other.rows;
    ids += other.ids;
    letters += other.letters;
    people += other.people;
  }
  [[nodiscard]] std::string text() const {
    return std::to_string(rows) + " " + std::to_string(ids) + " " + std::to_string(letters) + " " +
           std::to_string(people);
  }
};
