#pragma once

#include "client/server.hpp"

#include <pgjinja/client/client.hpp>

#include <string>
#include <utility>

namespace pgjinja::test {

/// A database of server() with the table `begun (n int)`, in which a role without privileges can
/// undo nothing that a borrower leaves in its session: a reset of it fails. Dropped at the end.
class StrictDatabase {
 public:
  StrictDatabase() {
    Client first = client_with({});
    first.run_script("CREATE ROLE plain LOGIN");
    first.run_script("CREATE DATABASE strict");
    admin().run_script(
        "REVOKE EXECUTE ON FUNCTION pg_advisory_unlock_all() FROM PUBLIC;"
        "CREATE TABLE begun (n int PRIMARY KEY); GRANT ALL ON begun TO plain");
  }
  ~StrictDatabase() {
    Client last = client_with({});
    last.run_script("DROP DATABASE strict WITH (FORCE)");
    last.run_script("DROP ROLE plain");
  }
  StrictDatabase(const StrictDatabase&) = delete;
  StrictDatabase& operator=(const StrictDatabase&) = delete;

  /// Of a superuser.
  [[nodiscard]] Client admin() const {
    ClientSettings settings;
    settings.connection = connection();
    return Client(std::move(settings));
  }
  /// Of the role.
  [[nodiscard]] pg::Settings plain() const {
    pg::Settings settings = connection();
    settings.keywords["user"] = "plain";
    return settings;
  }

 private:
  [[nodiscard]] static pg::Settings connection() {
    pg::Settings settings = patient_settings();
    settings.keywords["dbname"] = "strict";
    return settings;
  }
};

}  // namespace pgjinja::test
