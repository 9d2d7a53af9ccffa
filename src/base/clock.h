// Monotonic seconds. Passed in where time decides something, so that tests can bring their own.
#pragma once

#include <functional>

namespace reckon {

using Clock = std::function<double()>;  // seconds since some fixed moment, never decreasing; callable from any thread

double monotonic_seconds();

}  // namespace reckon
