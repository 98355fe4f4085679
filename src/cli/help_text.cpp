#include "cli/help_text.hpp"

#include "cli/exit_codes.hpp"

#include <array>
#include <utility>

namespace pgjinja::cli {

namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array kExamples = {
    Entry{"pgjinja", R"(Examples:
  pgjinja templates --templates queries
  pgjinja render cities/largest --templates queries -p country=FR -p limit:=5
  pgjinja query cities/largest --templates queries -p country=FR -p limit:=5
  pgjinja validate --templates queries
)"},
    Entry{"render", R"(Examples:
  pgjinja render cities/largest -p country=FR -p limit:=5
  pgjinja render cities/largest --params '{"country": "FR", "limit": 5}' --json
  pgjinja render cities/largest --params @params.json
  pgjinja render mail.txt --text -p name=Ada
  pgjinja render mail.txt --text --env '{"trim_blocks": true, "undefined": "strict"}'
  pgjinja render --source 'SELECT {{ n }}' -p n:=1
)"},
    Entry{"query", R"(Examples:
  pgjinja query cities/largest -p country=FR -p limit:=5
  pgjinja query cities/largest --dsn postgresql://app@db.example/shop --json
  pgjinja query cities/largest --csv > largest.csv
  pgjinja query cities/largest --embedded --script schema.sql --script data.sql
  pgjinja query --embedded --source 'SELECT version()'
)"},
    Entry{"templates", R"(Examples:
  pgjinja templates --templates queries
  pgjinja templates --json
)"},
    Entry{"shapes", R"(Examples:
  pgjinja shapes cities/search --templates queries
  pgjinja shapes cities/search --json --limit 50
)"},
    Entry{"validate", R"(Examples:
  pgjinja validate --templates queries
  pgjinja validate cities/largest cities/search
  pgjinja validate --json
  pgjinja validate --strict --format sarif > findings.sarif
)"},
    Entry{"exit-codes", R"(Examples:
  pgjinja exit-codes
  pgjinja exit-codes --markdown
)"},
};

constexpr std::string_view kSettings =
    R"(Settings: flags go before the environment, this before pgjinja.toml.
  PGJINJA_TEMPLATES    directories of templates, with colons between
  PGJINJA_DSN          connection string; without one libpq's PG* variables count
  PGJINJA_CONFIG       the configuration file instead of the nearest pgjinja.toml
  NO_COLOR             no colours
  pgjinja.toml         here or in a directory above:
                         templates = ["queries"]
                         dsn = "postgresql:///shop"
                         allow_raw = true
                         [limits]
                         instructions = 1000000

Exit codes:
)";

}  // namespace

std::string_view examples_of(std::string_view command) noexcept {
  for (const auto& [name, text] : kExamples) {
    if (name == command) return text;
  }
  return {};
}

std::string help_footer() { return std::string(kSettings) + exit_codes_as_text(); }

}  // namespace pgjinja::cli
