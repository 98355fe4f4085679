#pragma once

#include "pg/wire/bytes.hpp"

#include <pgjinja/pg/types.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::pg::wire {

/// What a server would send, message by message.
class ServerBytes {
 public:
  using Texts = std::vector<std::optional<std::string>>;
  using Fields = std::vector<std::pair<char, std::string>>;

  ServerBytes& message(char type, std::string_view body = {}) {
    starts_.push_back(bytes_.size());
    bytes_ += type;
    append32(bytes_, static_cast<std::uint32_t>(body.size() + 4));
    bytes_ += body;
    return *this;
  }
  ServerBytes& parsed() { return message('1'); }
  ServerBytes& bound() { return message('2'); }
  ServerBytes& closed() { return message('3'); }
  ServerBytes& no_data() { return message('n'); }
  ServerBytes& parameter_types(const std::vector<Oid>& types) {
    std::string body;
    append16(body, static_cast<std::uint16_t>(types.size()));
    for (const Oid type : types) append32(body, type);
    return message('t', body);
  }
  ServerBytes& columns(const std::vector<std::pair<std::string, Oid>>& columns) {
    std::string body;
    append16(body, static_cast<std::uint16_t>(columns.size()));
    for (const auto& [name, type] : columns) {
      body += name + '\0' + std::string(6, '\0');
      append32(body, type);
      body += std::string("\0\4\xFF\xFF\xFF\xFF\0\0", 8);
    }
    return message('T', body);
  }
  ServerBytes& row(const Texts& fields) {
    std::string body;
    append16(body, static_cast<std::uint16_t>(fields.size()));
    for (const auto& field : fields) {
      append32(body, field ? static_cast<std::uint32_t>(field->size()) : 0xFFFFFFFFU);
      if (field) body += *field;
    }
    return message('D', body);
  }
  ServerBytes& complete(std::string_view tag) { return message('C', std::string(tag) + '\0'); }
  ServerBytes& fields(char type, const Fields& fields) {
    std::string body;
    for (const auto& [code, text] : fields) body += code + text + '\0';
    return message(type, body + '\0');
  }
  ServerBytes& error(std::string_view sqlstate, Fields more = {}) {
    more.insert(more.begin(),
                {{'S', "FEHLER"}, {'V', "ERROR"}, {'C', std::string(sqlstate)}, {'M', "no"}});
    return fields('E', more);
  }
  /// What a server says to CopyFail.
  ServerBytes& copy_failed() {
    return error("57014", {{'M', "COPY from stdin failed: COPY from the client is not supported"}});
  }
  ServerBytes& fatal(std::string_view sqlstate) {
    return fields('E', {{'S', "FATAL"}, {'C', std::string(sqlstate)}, {'M', "the end"}});
  }
  ServerBytes& notice() { return fields('N', {{'S', "NOTICE"}, {'M', "by the way"}}); }
  ServerBytes& parameter(std::string_view name, std::string_view value) {
    return message('S', std::string(name) + '\0' + std::string(value) + '\0');
  }
  ServerBytes& ready(char status = 'I') { return message('Z', std::string_view(&status, 1)); }
  ServerBytes& then(const ServerBytes& more) {
    for (const std::string_view part : more.messages()) {
      starts_.push_back(bytes_.size());
      bytes_ += part;
    }
    return *this;
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::string_view> messages() const {
    std::vector<std::string_view> parts;
    for (std::size_t i = 0; i < starts_.size(); ++i) {
      const std::size_t end = i + 1 < starts_.size() ? starts_[i + 1] : bytes_.size();
      parts.push_back(std::string_view(bytes_).substr(starts_[i], end - starts_[i]));
    }
    return parts;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> starts_;
};

}  // namespace pgjinja::pg::wire
