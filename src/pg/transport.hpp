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

  /// Reads what is there already.
  Io receive(std::span<char> room);
  /// Writes what is taken without waiting.
  Io send(std::string_view bytes);
  /// The events of poll() to wait for before receive(), or 0 when there is something to take.
  [[nodiscard]] short awaited() const noexcept;
  /// Nothing unread, no end: what an idle session's socket looks like. One poll(), no waiting.
  [[nodiscard]] bool quiet() const noexcept;

  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  Io receive_tls(std::span<char> room);
  Io send_tls(std::string_view bytes);

  int socket_;
  SSL* tls_;
  bool read_wants_write_ = false;  // TLS has something to say before it can read on
};

}  // namespace pgjinja::pg
