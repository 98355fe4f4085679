#include "pg/transport.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

namespace pgjinja::pg {

namespace {

constexpr std::string_view kClosed = "the server closed it";

std::string describe_errno(int code) { return std::generic_category().message(code); }

bool would_wait(int code) { return code == EAGAIN || code == EWOULDBLOCK || code == EINTR; }

Transport::Io moved(ssize_t count) { return {static_cast<std::size_t>(count), {}}; }

std::string describe_tls(int result) {
  const int code = errno;
  if (result == SSL_ERROR_ZERO_RETURN) return std::string(kClosed);
  if (const unsigned long reason = ERR_get_error(); reason != 0) {
    char text[256];
    ERR_error_string_n(reason, text, sizeof text);
    return text;
  }
  return code == 0 ? std::string(kClosed) : describe_errno(code);
}

Transport::Io read_plain(int socket, std::span<char> room) {
  while (true) {
    const ssize_t count = ::recv(socket, room.data(), room.size(), 0);
    if (count > 0) return moved(count);
    if (count == 0) return {0, std::string(kClosed)};
    if (errno == EINTR) continue;
    if (would_wait(errno)) return {};
    return {0, describe_errno(errno)};
  }
}

}  // namespace

Transport::Transport(int socket, SSL* tls) : socket_(socket), tls_(tls) {
  if (tls != nullptr) {
    SSL_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }
}

[[gnu::hot]] Transport::Io Transport::receive(std::span<char> room) {
  return tls_ != nullptr ? receive_tls(room) : read_plain(socket_, room);
}

[[gnu::hot]] Transport::Io Transport::send(std::string_view bytes) {
  if (tls_ != nullptr) return send_tls(bytes);
  while (true) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) return moved(count);
    if (errno == EINTR) continue;
    if (would_wait(errno)) return {};
    return {0, describe_errno(errno)};
  }
}

Transport::Io Transport::receive_tls(std::span<char> room) {
  const int size = static_cast<int>(std::min<std::size_t>(room.size(), INT_MAX));
  ERR_clear_error();
  errno = 0;
  const int count = SSL_read(tls_, room.data(), size);
  read_wants_write_ = false;
  if (count > 0) return moved(count);
  const int result = SSL_get_error(tls_, count);
  read_wants_write_ = result == SSL_ERROR_WANT_WRITE;
  if (result == SSL_ERROR_WANT_READ || result == SSL_ERROR_WANT_WRITE) return {};
  return {0, describe_tls(result)};
}

// libpq gave the session a BIO of its own, which writes with MSG_NOSIGNAL: no SIGPIPE here either.
Transport::Io Transport::send_tls(std::string_view bytes) {
  const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
  ERR_clear_error();
  errno = 0;
  const int count = SSL_write(tls_, bytes.data(), size);
  if (count > 0) return moved(count);
  const int result = SSL_get_error(tls_, count);
  if (result == SSL_ERROR_WANT_READ || result == SSL_ERROR_WANT_WRITE) return {};
  return {0, describe_tls(result)};
}

// Waiting first costs less than a recv() that waits: Linux wakes a waiting reader of a Unix socket
// also when the peer has taken what was sent, for nothing. poll() sleeps through that. Nor does an
// answer come at once, so that a read before waiting is nearly always in vain.
[[gnu::hot]] short Transport::awaited() const noexcept {
  if (tls_ == nullptr) return POLLIN;
  if (SSL_pending(tls_) > 0) return 0;
  return read_wants_write_ ? POLLOUT : POLLIN;
}

[[gnu::hot]] bool Transport::quiet() const noexcept {
  if (tls_ != nullptr && SSL_pending(tls_) > 0) return false;
  pollfd entry{socket_, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 0;
}

}  // namespace pgjinja::pg
