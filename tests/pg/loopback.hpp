#pragma once

#include "pg/embedded/process.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace pgjinja::pg {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Ports of the loopback interface that nobody listens on. They lie below those that the system
/// gives to outgoing connections, which could take one before its server is there.
inline std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::random_device random;
  std::uniform_int_distribution<int> below_ephemeral(20'000, 32'000);
  std::vector<std::uint16_t> ports;
  std::vector<embedded::Descriptor> held;  // until the last one is found, so that none comes twice
  while (ports.size() < count) {
    const auto port = static_cast<std::uint16_t>(below_ephemeral(random));
    embedded::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      ports.push_back(port);
      held.push_back(std::move(socket));
    }
  }
  return ports;
}

struct HttpAnswer {
  int status = 0;  ///< 0: nobody has answered
  std::string text = {};
};

/// Asks a server of the loopback interface: http(port, "GET", "/health").
inline HttpAnswer http(std::uint16_t port, const std::string& method, const std::string& path,
                       const std::string& body = {},
                       std::chrono::seconds patience = std::chrono::seconds(5)) {
  const embedded::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {};
  }
  const std::string request = method + " " + path +
                              " HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
  ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
  HttpAnswer answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::recv(socket.get(), buffer, sizeof buffer, 0)) > 0;) {
    answer.text.append(buffer, static_cast<std::size_t>(got));
  }
  std::sscanf(answer.text.c_str(), "HTTP/%*s %d", &answer.status);
  return answer;
}

}  // namespace pgjinja::pg
