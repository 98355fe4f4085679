#include "client/server.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace pgjinja::test {

namespace {

/// Ends the server after the last test and before static objects go.
class ServerOfTheProgram final : public testing::Environment {
 public:
  EmbeddedServer& get() {
    if (!server_) server_.emplace();
    return *server_;
  }
  void TearDown() override { server_.reset(); }

 private:
  std::optional<EmbeddedServer> server_;
};

auto* const kProgram = static_cast<ServerOfTheProgram*>(
    testing::AddGlobalTestEnvironment(new ServerOfTheProgram));  // gtest owns it

}  // namespace

EmbeddedServer& server() { return kProgram->get(); }

pg::Settings patient_settings() {
  pg::Settings settings = server().settings();
  settings.cancel_patience = std::chrono::seconds(60);
  return settings;
}

Client client_with(Templates templates, std::size_t connections) {
  return Client({.connection = patient_settings(),
                 .pool = {.max_size = connections},
                 .loader = std::make_shared<jinja::MapLoader>(std::move(templates))});
}

}  // namespace pgjinja::test
