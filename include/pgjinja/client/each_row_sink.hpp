#pragma once

#include <pgjinja/client/row_sinks.hpp>

#include <cstdint>
#include <span>
#include <utility>

namespace pgjinja {

/// Hands each row to a function as it comes.
template <class T, class Take>
class EachRowSink final : public MappedSink {
 public:
  explicit EachRowSink(Take& take) : MappedSink(row_type<T>(), mapping_cache<T>()), take_(take) {}

  void row(std::span<const pg::Field> fields) override {
    next_number();
    T row{};
    decode(fields, &row);
    take_(std::move(row));
  }

 private:
  Take& take_;
};

}  // namespace pgjinja
