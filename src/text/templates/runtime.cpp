#include "text/templates/runtime.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/error.h"

namespace reckon::jinja {

const Value* Arguments::find(std::size_t position, std::string_view name) const {
  if (position < positional.size()) return &positional[position];
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value Object::call(const Arguments& /*arguments*/, Runtime& runtime) {
  runtime.fail(fmt::format("'{}' object is not callable", type()));
}

void Runtime::charge(std::size_t steps) {
  steps_ += static_cast<std::int64_t>(steps);
  if (steps_ > kMostSteps) fail(fmt::format("the template takes more than {} steps", kMostSteps));
}

void Runtime::charge_bytes(std::size_t bytes) {
  if (bytes > kMostTextBytes) fail(fmt::format("a text grows over the limit of {} bytes", kMostTextBytes));
  charge(1 + bytes / 256);
}

void Runtime::charge_search(std::size_t bytes, std::size_t wanted) {
  charge_bytes(bytes);
  charge(bytes / 256 * (std::min(bytes, wanted) / 64));
}

void Runtime::fail(const std::string& message) const {
  throw Error(ErrorCode::bad_argument, message, fmt::format("chat template, line {}", line));
}

Runtime::Level::Level(Runtime& runtime, int& depth, int limit) : depth_(depth) {
  if (depth >= limit) runtime.fail(fmt::format("the template nests deeper than {}", limit));
  ++depth_;
}

}  // namespace reckon::jinja
