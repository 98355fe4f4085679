#include "lying_server.hpp"

#include "pg/wire/bytes.hpp"

#include <cstddef>
#include <optional>

namespace pgjinja::fuzz {

namespace {

using pg::Format;
using pg::Oid;
using pg::wire::append16;
using pg::wire::append32;
using pg::wire::ServerBytes;
namespace oid = pg::oid;

struct Column {
  const char* name;
  Oid type;
  std::string_view text;
  std::string_view binary;
};

using namespace std::string_view_literals;

// What the row types of fuzz_lying_server.cpp have.
constexpr Column kColumns[] = {
    {"id", oid::kInt8, "7"sv, "\0\0\0\0\0\0\0\7"sv},
    {"name", oid::kText, "seven"sv, "seven"sv},
    {"size", oid::kFloat8, "1.5"sv, "\x3F\xF8\0\0\0\0\0\0"sv},
    {"at", oid::kTimestampTz, "2024-02-29 12:30:00+00"sv, "\0\2\xB5\x31\0\0\0\0"sv},
    {"flag", oid::kBool, "t"sv, "\1"sv},
    {"numbers", oid::kInt4Array, "{1,NULL}"sv,
     "\0\0\0\1\0\0\0\1\0\0\0\x17\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\1\xFF\xFF\xFF\xFF"sv},
    {"amount", oid::kNumeric, "12.50"sv, "\0\2\0\0\0\0\0\2\0\x0C\x13\x88"sv},
    {"raw", oid::kBytea, "\\x00ff"sv, "\0\xFF"sv}};

constexpr Oid kOtherTypes[] = {oid::kUnknown,        oid::kInt2,      oid::kInt4,  oid::kUuid,
                               oid::kInterval,       oid::kTextArray, oid::kJsonb, oid::kTsTzRange,
                               oid::kInt4Multirange, 999'999};

std::string message(char type, std::string_view body = {}) {
  return ServerBytes().message(type, body).bytes();
}

}  // namespace

std::string LyingServer::said(const Messages& honest) {
  std::string bytes;
  for (const Message& each : honest) {
    Message one = each;
    switch (choices_.below(16)) {
      case 1: continue;
      case 2: one += each; break;
      case 3: one = lie(); break;
      case 4: one = lie() + each; break;
      case 5: one[choices_.below(one.size())] = static_cast<char>(choices_.byte()); break;
      case 6: one.resize(choices_.below(one.size())); break;
      default: break;
    }
    bytes += one;
  }
  return bytes;
}

/// Any message of the protocol at any moment.
LyingServer::Message LyingServer::lie() {
  static constexpr char kTypes[] = {'1', '2', '3', 'n', 't', 'T', 'D', 'C', 'Z', 's', 'I', 'G',
                                    'H', 'W', 'd', 'c', 'E', 'N', 'S', 'A', 'K', 'R', 'v'};
  const char type = choices_.of(kTypes);
  switch (choices_.below(4)) {
    case 0: return ServerBytes().error("57014").bytes();
    case 1: return row(choices_.flip() ? Format::Binary : Format::Text);
    case 2: return message(type);
    default: return message(type, choices_.bytes(choices_.below(64)));
  }
}

std::string LyingServer::field(std::size_t column, Format format) {
  const Column& one = kColumns[column];
  std::string bytes(format == Format::Binary ? one.binary : one.text);
  switch (choices_.below(8)) {
    case 1: return std::string(choices_.bytes(choices_.below(48)));
    case 2: bytes.resize(choices_.below(bytes.size() + 1)); break;
    case 3: bytes[choices_.below(bytes.size())] = static_cast<char>(choices_.byte()); break;
    case 4: bytes += bytes; break;
    default: break;
  }
  return bytes;
}

LyingServer::Message LyingServer::row(Format format) {
  ServerBytes::Texts fields;
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const std::string bytes = field(i, format);
    fields.push_back(choices_.below(8) == 1 ? std::nullopt : std::optional(bytes));
  }
  if (choices_.below(16) == 1) fields.resize(choices_.below(2 * fields.size()));
  return ServerBytes().row(fields).bytes();
}

LyingServer::Messages LyingServer::rows(Format format) {
  Messages all;
  for (std::size_t left = 1 + choices_.below(4); left > 0; --left) all.push_back(row(format));
  return all;
}

LyingServer::Messages LyingServer::described() {
  std::vector<std::pair<std::string, Oid>> columns;
  for (const Column& column : kColumns) {
    const Oid type = choices_.below(16) == 1 ? choices_.of(kOtherTypes) : column.type;
    columns.emplace_back(column.name, type);
  }
  return {message('1'), ServerBytes().parameter_types({oid::kInt8}).bytes(),
          ServerBytes().columns(columns).bytes()};
}

std::string LyingServer::first_use() {
  Messages honest = described();
  honest.push_back(message('2'));
  for (Message& each : rows(Format::Text)) honest.push_back(std::move(each));
  honest.push_back(ServerBytes().complete("SELECT 1").bytes());
  honest.push_back(ServerBytes().ready().bytes());
  return said(honest);
}

std::string LyingServer::later_use() {
  Messages honest = {message('2')};
  for (Message& each : rows(Format::Binary)) honest.push_back(std::move(each));
  honest.push_back(ServerBytes().complete("SELECT 1").bytes());
  honest.push_back(ServerBytes().ready().bytes());
  return said(honest);
}

std::string LyingServer::portions() {
  Messages honest = {message('2')};
  for (std::size_t left = 1 + choices_.below(3); left > 0; --left) {
    for (Message& each : rows(Format::Binary)) honest.push_back(std::move(each));
    honest.push_back(message('s'));
  }
  honest.push_back(ServerBytes().complete("SELECT 1").bytes());
  honest.push_back(ServerBytes().ready().bytes());
  return said(honest);
}

std::string LyingServer::copy_row(Format format) {
  std::string bytes;
  if (format == Format::Binary) append16(bytes, static_cast<std::uint16_t>(std::size(kColumns)));
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const std::string one = field(i, format);
    if (format == Format::Binary) {
      append32(bytes,
               choices_.below(8) == 1 ? 0xFFFFFFFFU : static_cast<std::uint32_t>(one.size()));
      bytes += one;
    } else {
      bytes += (i == 0 ? "" : "\t") + one;
    }
  }
  return format == Format::Binary ? bytes : bytes + '\n';
}

std::string LyingServer::copy_out() {
  Messages honest = described();
  honest.push_back(message('1'));
  honest.push_back(message('2'));
  std::string formats("\1\0\x08", 3);
  for (std::size_t i = 0; i < std::size(kColumns); ++i) append16(formats, 1);
  honest.push_back(message('H', formats));
  std::string first("PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (std::size_t left = 1 + choices_.below(3); left > 0; --left) {
    honest.push_back(message('d', first + copy_row(Format::Binary)));
    first.clear();
  }
  honest.push_back(message('d', "\xFF\xFF"));
  honest.push_back(message('c'));
  honest.push_back(ServerBytes().complete("COPY 1").bytes());
  honest.push_back(ServerBytes().ready().bytes());
  return said(honest);
}

std::string LyingServer::copy_in() {
  Messages honest = described();
  honest.push_back(message('1'));
  honest.push_back(message('2'));
  std::string formats("\1\0\x08", 3);
  for (std::size_t i = 0; i < std::size(kColumns); ++i) append16(formats, 1);
  honest.push_back(message('G', formats));
  honest.push_back(ServerBytes().complete("COPY 1").bytes());
  honest.push_back(ServerBytes().ready().bytes());
  return said(honest);
}

}  // namespace pgjinja::fuzz
