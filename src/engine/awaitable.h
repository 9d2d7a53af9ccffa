// The coroutine type of the engine and of search.
#pragma once

#include <utility>  // awaitable.hpp of Boost 1.74 to 1.81 uses std::exchange without including it

#include <boost/asio/awaitable.hpp>

namespace reckon {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace reckon
