#pragma once

#include "pg/embedded/process.hpp"
#include "pg/wake_up.hpp"

#include <pgjinja/pg/settings.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace pgjinja::pg {

/// Stands on a port of a loopback address in front of a server's Unix socket, and does to the
/// network what a test wants.
class FaultProxy {
 public:
  enum class Mode : std::uint8_t {
    Forward,
    BlackHole,   ///< nothing arrives any more, in either direction; nobody is told
    Refuse,      ///< there is nobody at the port, and all connections have been reset
    DropReplies  ///< what the server says is lost; what it is told arrives
  };

  /// At any free port when it is 0.
  explicit FaultProxy(std::string socket, std::string address = "127.0.0.1", std::uint16_t port = 0)
      : target_(std::move(socket)), address_(std::move(address)) {
    listen(port);
    thread_ = std::thread([this] { run(); });
  }
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;
  ~FaultProxy() {
    over_ = true;
    wake_up_.ring();
    thread_.join();
  }

  /// Returns when it is so.
  void set(Mode mode) {
    mode_ = mode;
    const std::uint64_t seen = turns_;
    while (turns_ < seen + 2) {
      wake_up_.ring();
      std::this_thread::yield();
    }
  }
  /// Each piece of bytes is so late.
  void delay(std::chrono::milliseconds by) { delay_ms_ = by.count(); }
  /// So many bytes a second pass in each direction of a connection; 0: as many as come.
  void bandwidth(std::size_t bytes_a_second) { bandwidth_ = bytes_a_second; }
  /// The last five bytes of what the client sends at once, which are the Sync of its packet, are so
  /// much later than the rest.
  void delay_sync(std::chrono::milliseconds by) { sync_delay_ms_ = by.count(); }
  /// Bytes are passed on in slices of so many; 0: as they come.
  void slice(std::size_t bytes) { slice_ = bytes; }

  /// The server's settings, by way of the proxy.
  [[nodiscard]] Settings settings(Settings server) const {
    server.keywords["host"] = address_;
    server.keywords["port"] = std::to_string(port_);
    server.keywords["sslmode"] = "disable";
    return server;
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }

 private:
  using Descriptor = embedded::Descriptor;
  using Clock = std::chrono::steady_clock;
  static constexpr std::string_view kSync{"S\0\0\0\4", 5};
  struct Piece {
    std::string bytes;
    Clock::time_point due;
  };
  struct Flow {
    std::list<Piece> pieces;
    bool upstream = false;
    bool ended = false;
  };
  struct Pair {
    Descriptor client;
    Descriptor server;
    Flow to_server;
    Flow to_client;
    bool over = false;
  };

  void listen(std::uint16_t port) {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, address_.c_str(), &address.sin_addr);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
        ::getsockname(listener_.get(), generic, &size) != 0) {
      throw std::runtime_error("no port for the proxy");
    }
    port_ = ntohs(address.sin_port);
  }

  void run() {
    while (!over_) {
      obey_mode();
      wait();
      wake_up_.clear();
      if (mode_ == Mode::Forward || mode_ == Mode::DropReplies) {
        accept();
        for (Pair& pair : pairs_) {
          carry(pair, pair.client, pair.server, pair.to_server, false);
          carry(pair, pair.server, pair.client, pair.to_client, mode_ == Mode::DropReplies);
        }
        pairs_.remove_if([](const Pair& pair) { return pair.over; });
      }
      ++turns_;
    }
  }

  void obey_mode() {
    if (mode_ == Mode::Refuse) {
      listener_.close();
      for (Pair& pair : pairs_) reset(pair.client);
      pairs_.clear();
    } else if (listener_.get() < 0) {
      listen(port_);
    }
  }

  static void reset(const Descriptor& socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  void wait() {
    std::vector<pollfd> entries{{wake_up_.descriptor(), POLLIN, 0}};
    int timeout = 1000;
    if (mode_ == Mode::Forward || mode_ == Mode::DropReplies) {
      entries.push_back({listener_.get(), POLLIN, 0});
      for (const Pair& pair : pairs_) {
        entries.push_back({pair.client.get(), events(pair.to_server, pair.to_client), 0});
        entries.push_back({pair.server.get(), events(pair.to_client, pair.to_server), 0});
        for (const Flow* flow : {&pair.to_server, &pair.to_client}) {
          if (flow->pieces.empty()) continue;
          const auto left =
              std::chrono::ceil<std::chrono::milliseconds>(flow->pieces.front().due - Clock::now());
          timeout = std::min(timeout, std::max(0, static_cast<int>(left.count())));
        }
      }
    }
    ::poll(entries.data(), entries.size(), timeout);
  }

  /// For the socket that `from` is read from, and `to` written to.
  static short events(const Flow& from, const Flow& to) {
    const bool due = !to.pieces.empty() && to.pieces.front().due <= Clock::now();
    return static_cast<short>((from.ended ? 0 : POLLIN) | (due ? POLLOUT : 0));
  }

  void accept() {
    while (true) {
      Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (client.get() < 0) return;
      if (has_gone(client)) continue;
      const int on = 1;
      ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      Descriptor server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      target_.copy(address.sun_path, sizeof address.sun_path - 1);
      ++accepted_;
      if (::connect(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        reset(client);
        continue;
      }
      ::fcntl(server.get(), F_SETFL, O_NONBLOCK);
      Pair& pair = pairs_.emplace_back();
      pair.client = std::move(client);
      pair.server = std::move(server);
      pair.to_server.upstream = true;
    }
  }

  /// It came during a black hole, and has given up: on a real network it would not have come.
  static bool has_gone(const Descriptor& client) {
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(client.get(), IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_state != TCP_ESTABLISHED;
  }

  void carry(Pair& pair, const Descriptor& from, const Descriptor& to, Flow& flow, bool drop) {
    read(from, flow, drop);
    while (!flow.pieces.empty() && flow.pieces.front().due <= Clock::now()) {
      std::string& bytes = flow.pieces.front().bytes;
      const std::size_t slice =
          slice_ == 0 ? bytes.size() : std::min<std::size_t>(slice_, bytes.size());
      const ssize_t sent = ::send(to.get(), bytes.data(), slice, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent < 0) {
        pair.over = true;
        return;
      }
      bytes.erase(0, static_cast<std::size_t>(sent));
      if (bytes.empty()) flow.pieces.pop_front();
    }
    if (flow.ended && flow.pieces.empty()) pair.over = true;
  }

  void read(const Descriptor& from, Flow& flow, bool drop) const {
    char room[16384];
    while (!flow.ended) {
      const ssize_t size = ::recv(from.get(), room, sizeof room, 0);
      if (size < 0 && errno == EAGAIN) return;
      flow.ended = size <= 0 && !drop;
      if (size <= 0) return;
      if (drop) continue;
      std::string_view bytes(room, static_cast<std::size_t>(size));
      const std::chrono::milliseconds sync_delay(sync_delay_ms_);
      if (flow.upstream && sync_delay.count() > 0 && bytes.ends_with(kSync)) {
        bytes.remove_suffix(kSync.size());
        flow.pieces.push_back({std::string(bytes), due(flow, bytes.size())});
        flow.pieces.push_back({std::string(kSync), Clock::now() + sync_delay});
      } else {
        flow.pieces.push_back({std::string(bytes), due(flow, bytes.size())});
      }
    }
  }

  /// When so many more bytes arrive.
  [[nodiscard]] Clock::time_point due(const Flow& flow, std::size_t size) const {
    const auto at = Clock::now() + std::chrono::milliseconds(delay_ms_);
    const std::size_t bandwidth = bandwidth_;
    if (bandwidth == 0) return at;
    const auto begin = flow.pieces.empty() ? at : std::max(at, flow.pieces.back().due);
    return begin + std::chrono::microseconds(1'000'000 * size / bandwidth);
  }

  std::string target_;
  std::string address_;
  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::list<Pair> pairs_;
  WakeUp wake_up_;
  std::atomic<Mode> mode_ = Mode::Forward;
  std::atomic<std::int64_t> delay_ms_ = 0;
  std::atomic<std::int64_t> sync_delay_ms_ = 0;
  std::atomic<std::size_t> bandwidth_ = 0;
  std::atomic<std::size_t> slice_ = 0;
  std::atomic<std::uint64_t> turns_ = 0;
  std::atomic<std::uint64_t> accepted_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace pgjinja::pg
