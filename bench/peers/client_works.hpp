#pragma once

#include "../city_sums.hpp"
#include "../events.hpp"
#include "../keys.hpp"
#include "event_sums.hpp"
#include "works.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

/// The works of the clients that are written in C++, given how each does the single steps.

constexpr int kBatch = 100;
constexpr int kRowsIn = 100'000;

/// `times` rows by primary key, one after the other.
template <class GetCity>
Work one_by_one(GetCity get_city) {
  return [get_city](int times) {
    CitySums sums;
    for (int i = 0; i < times; ++i) sums.add(get_city(row_key(i)));
    return known(sums.text());
  };
}

/// `times` batches of kBatch rows by primary key.
template <class GetCities>
Work in_batches(GetCities get_cities) {
  std::vector<std::int64_t> keys;
  for (int i = 0; i < kBatch; ++i) keys.push_back(row_key(i));
  return [get_cities, keys](int times) {
    CitySums sums;
    for (int i = 0; i < times; ++i) {
      for (const City& city : get_cities(std::span(keys))) sums.add(city);
    }
    return known(sums.text());
  };
}

/// The whole table, into a vector of structs.
template <class GetEvents>
Work all_events(GetEvents get_events) {
  return [get_events](int) {
    const auto events = std::make_shared<decltype(get_events())>(get_events());
    return [events] { return sums_of(*events); };
  };
}

/// Rows into the table `arrival`. What has arrived is summed up by the server.
template <class Row, class Send>
Work rows_in(std::vector<Row> rows, Send send) {
  const auto kept = std::make_shared<const std::vector<Row>>(std::move(rows));
  return [kept, send](int) { return known(std::to_string(send(*kept))); };
}
