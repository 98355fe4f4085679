#pragma once

#include "async/lender.hpp"

#include <pgjinja/async/call_options.hpp>

#include <exception>
#include <functional>
#include <memory>

namespace pgjinja::async {

/// What is to be done when there is a connection, or will be none, for a reason.
using Borrowed =
    std::function<void(std::exception_ptr failure, std::shared_ptr<AsyncConnection> connection)>;

/// Borrows a connection, for which no longer than `options` say is waited. Gives what waits for it,
/// for Lender::forget(). `then` is called once, perhaps before this returns.
std::weak_ptr<AsyncJob> borrow(Lender& lender, LoopEnd& loop, const AsyncCallOptions& options,
                               Borrowed then);

}  // namespace pgjinja::async
