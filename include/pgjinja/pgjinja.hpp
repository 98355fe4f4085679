#pragma once

/// All of pgjinja that a program needs: Client, Transaction, Batch, EmbeddedServer, Result, Value,
/// Error and the types of columns. The parts can be included one by one as well.
#include <pgjinja/client/client.hpp>
#include <pgjinja/client/column_converter.hpp>
#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/enum_labels.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>
#include <pgjinja/core/range.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/embedded_server.hpp>
