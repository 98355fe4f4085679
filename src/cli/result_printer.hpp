#pragma once

#include "cli/output.hpp"
#include "cli/request.hpp"

#include <pgjinja/client/result.hpp>

namespace pgjinja::cli {

/// Shows what a statement gave.
///
/// Readable: a table and "(n rows)". Json: an array with one object a row; a name that two columns
/// have stands twice in it, as in PostgreSQL's row_to_json. Csv: RFC 4180, NULL as nothing and an
/// empty text as "". A statement that returns no rows shows its tag ("INSERT 0 1"), in JSON
/// {"tag": …, "rows": n}, in CSV on standard error.
/// @throws Error{Mapping} for a field that cannot be decoded, and what Output::write throws.
void print_result(const Result& result, OutputFormat format, Output& out);

/// One field of a CSV line: quoted when RFC 4180 wants it, or when it is empty.
std::string csv_field(std::string_view text);

}  // namespace pgjinja::cli
