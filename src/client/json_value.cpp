#include "client/json_value.hpp"

#include <pgjinja/core/error.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace pgjinja {

namespace {

/// Builds a Value of what the parser comes by. It keeps its own stack: nothing here is recursive.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
               ? put(value)
               : put(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return put(value); }
  bool string(string_t& value) override { return put(value); }
  bool binary(binary_t& /*value*/) override { return false; }  // no text has any

  bool start_object(std::size_t /*size*/) override { return open(true); }
  bool start_array(std::size_t /*size*/) override { return open(false); }
  bool key(string_t& name) override {
    open_.back().key = name;
    return true;
  }
  bool end_object() override { return close(Value(std::move(open_.back().map))); }
  bool end_array() override { return close(Value::list(std::move(open_.back().items))); }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    error_ = error.what();
    return false;
  }

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  Value take() { return std::move(done_); }

 private:
  struct Container {
    bool is_map;
    std::string key = {};
    Map map = {};
    std::vector<Value> items = {};
  };

  bool open(bool is_map) {
    if (open_.size() >= Value::kMaxDepth) {
      throw Error(ErrorKind::Limit, "this JSON is nested too deep");
    }
    open_.push_back({is_map});
    return true;
  }
  bool close(Value value) {
    open_.pop_back();
    return put(std::move(value));
  }
  bool put(Value value) {
    if (open_.empty()) {
      done_ = std::move(value);
    } else if (open_.back().is_map) {
      open_.back().map.set(Value(open_.back().key), std::move(value));
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Container> open_;
  Value done_;
  std::string error_;
};

}  // namespace

Value json_value(std::string_view text) {
  Builder builder;
  if (nlohmann::json::sax_parse(text, &builder)) return builder.take();
  throw Error(ErrorKind::Mapping, "this is no JSON").detail(builder.error());
}

Value json_values(const Value& value) {
  if (value.is_text()) return json_value(value.as_text());
  if (!value.is_list()) return value;
  std::vector<Value> items;
  items.reserve(value.as_list().size());
  for (const Value& item : value.as_list()) items.push_back(json_values(item));
  return Value::list(std::move(items));
}

}  // namespace pgjinja
