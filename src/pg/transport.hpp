#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

using SSL = struct ssl_st;

namespace pgjinja::pg {

/// Moves bytes over an open socket or TLS session that somebody else owns. A peer that is gone is
/// a result, never a signal.
class Transport {
 public:
  struct Io {
    std::size_t bytes = 0;  ///< moved; 0: it would have to wait, or see `failure`
    std::string failure;    ///< why nothing can be moved any more; empty while all is well
  };

  /// The socket is in non-blocking mode, as libpq leaves it.
  Transport(int socket, SSL* tls);

  /// Waits until something can be read.
  Io receive(std::span<char> room);
  /// Reads what is there already.
  Io try_receive(std::span<char> room);
  /// Writes what is taken without waiting.
  Io send(std::string_view bytes);
  /// Waits until the peer takes bytes or has sent some.
  void wait_for_either() const;
  /// Nothing unread, no end: what an idle session's socket looks like. One poll(), no waiting.
  [[nodiscard]] bool quiet() const noexcept;

  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  Io receive_tls(std::span<char> room, bool wait);
  Io send_tls(std::string_view bytes);
  void wait(short events) const;

  int socket_;
  SSL* tls_;
};

}  // namespace pgjinja::pg
