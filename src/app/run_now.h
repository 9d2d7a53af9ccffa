// Running one coroutine to its end on the calling thread.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "engine/awaitable.h"

namespace reckon {

template <typename T>
T run_now(awaitable<T> task) {
  boost::asio::io_context context;
  std::optional<T> result;
  std::exception_ptr fault;
  boost::asio::co_spawn(context, std::move(task), [&result, &fault](std::exception_ptr thrown, T value) {
    fault = thrown;
    if (!thrown) result = std::move(value);
  });
  context.run();
  if (fault) std::rethrow_exception(fault);
  return std::move(*result);
}

}  // namespace reckon
