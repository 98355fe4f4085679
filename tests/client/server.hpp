#pragma once

#include <pgjinja/client/client.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <map>
#include <string>

namespace pgjinja::test {

/// The server of this test program: started at the first call, stopped when the program ends.
EmbeddedServer& server();

/// Its settings, so patient that a busy machine is no reason to give a connection up.
pg::Settings patient_settings();

using Templates = std::map<std::string, std::string>;

/// A client of server() with these templates and at most `connections` connections.
Client client_with(Templates templates, std::size_t connections = 2);

}  // namespace pgjinja::test
