#include "pg/embedded/process.hpp"
#include "pg/wire/server_bytes.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace pgjinja::pg {
namespace {

using wire::ServerBytes;

/// A server that opens any session and writes down all that comes until the client hangs up.
class FakeServer {
 public:
  /// `behind` comes together with ReadyForQuery.
  explicit FakeServer(std::string behind)
      : behind_(std::move(behind)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    std::string name = std::filesystem::temp_directory_path() / "pgjinja-fake-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ + "/.s.PGSQL.1";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_.get(), 1);
    thread_ = std::thread([this] { serve(); });
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] Settings settings() const {
    return {.conninfo = {}, .keywords = {{"host", directory_}, {"port", "1"}, {"user", "u"}}};
  }
  /// What came after the startup message.
  const std::string& received() {
    thread_.join();
    return received_;
  }

 private:
  void serve() {
    const embedded::Descriptor peer(::accept(listener_.get(), nullptr, nullptr));
    char bytes[4096];
    if (::recv(peer.get(), bytes, sizeof bytes, 0) <= 0) return;  // the startup message
    const std::string hello = ServerBytes()
                                  .message('R', std::string(4, '\0'))
                                  .parameter("server_version", "15.0")
                                  .message('K', std::string("\0\0\0\7\0\0\0\1", 8))
                                  .ready()
                                  .bytes() +
                              behind_;
    ::send(peer.get(), hello.data(), hello.size(), MSG_NOSIGNAL);
    for (ssize_t size = 1; size > 0;) {
      size = ::recv(peer.get(), bytes, sizeof bytes, 0);
      if (size > 0) received_.append(bytes, static_cast<std::size_t>(size));
    }
  }

  std::string behind_;
  embedded::Descriptor listener_;
  std::string directory_;
  std::string received_;
  std::thread thread_;
};

TEST(Terminate, IsSentOnceAndANoticeAtTheHandOverIsTaken) {
  FakeServer server(ServerBytes().notice().bytes());
  {
    const Connection connection(server.settings());
    EXPECT_EQ(connection.backend_pid(), 7U);
    EXPECT_EQ(connection.server_parameter("server_version"), "15.0");
  }
  EXPECT_EQ(server.received(), std::string("X\0\0\0\4", 5));
}

TEST(Terminate, AnErrorThatEndsTheSessionAtTheHandOverIsToldAsItsReason) {
  FakeServer server(
      ServerBytes()
          .fields('E',
                  {{'S', "FATAL"}, {'V', "FATAL"}, {'C', "57P01"}, {'M', "terminating connection"}})
          .bytes());
  try {
    const Connection connection(server.settings());
    ADD_FAILURE() << "a session was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_EQ(error.sqlstate(), "57P01");
    EXPECT_TRUE(error.safe_to_retry());
    EXPECT_NE(std::string(error.what()).find("FATAL: terminating connection"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(server.received(), std::string("X\0\0\0\4", 5));
}

}  // namespace
}  // namespace pgjinja::pg
