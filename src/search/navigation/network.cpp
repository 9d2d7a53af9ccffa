#include "search/navigation/network.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <string>

#include "base/error.h"

namespace reckon {
namespace {

// The next layer of `rows` outputs; `next` moves behind its weights.
std::vector<double> layer(std::span<const double> inputs, std::size_t rows, std::span<const double>& next) {
  const std::span<const double> biases = next.subspan(rows * inputs.size(), rows);
  std::vector<double> outputs;
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = biases[row];
    for (std::size_t i = 0; i < inputs.size(); ++i) sum += next[row * inputs.size() + i] * inputs[i];
    outputs.push_back(sum);
  }
  next = next.subspan(rows * (inputs.size() + 1));
  return outputs;
}

std::vector<double> rectified(std::vector<double> values) {
  for (double& value : values) value = std::max(value, 0.0);
  return values;
}

bool separates(char c) { return c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::vector<double> numbers_in(std::string_view text, std::string_view where) {
  const auto fail = [where](const std::string& what) { throw Error(ErrorCode::bad_file, what, std::string(where)); };
  if (text.size() > kMostNavigatorBytes) fail("is longer than 1000000 bytes; expected the weights of a navigator");
  std::vector<double> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    if (separates(*at)) {
      ++at;
      continue;
    }
    double number = 0;
    const auto read = std::from_chars(at, end, number);
    const bool is_weight = read.ec == std::errc() && std::abs(number) <= kLargestNavigatorWeight;
    if (!is_weight) fail("expected a number of at most a million at byte " + std::to_string(at - text.data()));
    numbers.push_back(number);
    at = read.ptr;
  }
  return numbers;
}

}  // namespace

NavigatorNetwork::NavigatorNetwork(std::string_view weights, std::string_view where) : weights_(numbers_in(weights, where)) {
  if (weights_.size() == kNavigatorWeights) return;
  throw Error(ErrorCode::bad_file,
              "holds " + std::to_string(weights_.size()) + " weights; expected " + std::to_string(kNavigatorWeights),
              std::string(where));
}

NavigatorValues NavigatorNetwork::values(const NavigatorState& state) const {
  std::span<const double> next(weights_);
  const std::vector<double> first = rectified(layer(state, kNavigatorWidth, next));
  const std::vector<double> second = rectified(layer(first, kNavigatorWidth, next));
  const double value = layer(second, 1, next).front();
  const std::vector<double> advantages = layer(second, kNavigatorBlocks, next);
  double mean = 0;
  for (const double advantage : advantages) mean += advantage / static_cast<double>(kNavigatorBlocks);
  NavigatorValues values;
  for (std::size_t i = 0; i < kNavigatorBlocks; ++i) values[i] = value + advantages[i] - mean;
  return values;
}

}  // namespace reckon
