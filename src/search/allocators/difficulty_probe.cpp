#include "search/allocators/difficulty_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

// weights = matrix [outputs, in.size()], then biases [outputs]; taken off the front of `rest`.
std::vector<double> layer(std::span<const float>& rest, std::span<const double> in, std::size_t outputs) {
  const std::span<const float> biases = rest.subspan(outputs * in.size(), outputs);
  std::vector<double> out(outputs);
  for (std::size_t row = 0; row < outputs; ++row) {
    const std::span<const float> weights = rest.subspan(row * in.size(), in.size());
    double sum = static_cast<double>(biases[row]);
    for (std::size_t i = 0; i < in.size(); ++i) sum += static_cast<double>(weights[i]) * in[i];
    out[row] = sum;
  }
  rest = rest.subspan(outputs * (in.size() + 1));
  return out;
}

KindProbabilities softmax(std::span<const double> logits) {
  KindProbabilities probabilities{};
  const double largest = *std::ranges::max_element(logits);
  double total = 0;
  for (std::size_t i = 0; i < kDifficulties; ++i) total += probabilities[i] = std::exp(logits[i] - largest);
  for (double& probability : probabilities) probability /= total;
  return probabilities;
}

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::bad_file, message, "probe"); }

void require_sizes(const DifficultyProbe& probe, std::size_t weights) {
  if (probe.width < 1 || probe.width > kMostProbeWidth) {
    refuse(fmt::format("reads a hidden state of width {}; expected 1 to {}", probe.width, kMostProbeWidth));
  }
  if (probe.units < 0 || probe.units > kMostProbeUnits) {
    refuse(fmt::format("has {} units in between; expected 0 to {}", probe.units, kMostProbeUnits));
  }
  const std::size_t expected = probe_weights(probe.width, probe.units);
  if (weights == expected) return;
  refuse(fmt::format("has {} weights; expected {} for a width of {} and {} units", weights, expected, probe.width, probe.units));
}

}  // namespace

const char* name_of(Difficulty kind) noexcept {
  switch (kind) {
    case Difficulty::easy: return "easy";
    case Difficulty::normal: return "normal";
    case Difficulty::hard: return "hard";
  }
  return "easy";
}

Difficulty likeliest(const KindProbabilities& probabilities) {
  return static_cast<Difficulty>(std::ranges::max_element(probabilities) - probabilities.begin());
}

std::size_t probe_weights(std::int64_t width, std::int64_t units) {
  const auto in = static_cast<std::size_t>(width);
  const auto between = static_cast<std::size_t>(units);
  return units == 0 ? kDifficulties * (in + 1) : between * (in + 1) + kDifficulties * (between + 1);
}

void validate(const DifficultyProbe& probe) {
  require_sizes(probe, probe.weights.size());
  const auto usable = [](float weight) { return std::abs(weight) <= kLargestProbeWeight; };  // false for NaN
  if (std::ranges::all_of(probe.weights, usable)) return;
  refuse(fmt::format("a weight is no number, or beyond {:g} in size", kLargestProbeWeight));
}

std::string weight_bytes(std::span<const float> weights) {
  std::string bytes;
  for (const float weight : weights) {
    const auto bits = std::bit_cast<std::uint32_t>(weight);
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(bits >> shift & 0xffU));
  }
  return bytes;
}

DifficultyProbe with_weights(DifficultyProbe probe, std::string_view bytes) {
  if (bytes.size() % 4 != 0) refuse(fmt::format("{} bytes of weights; expected four for each", bytes.size()));
  require_sizes(probe, bytes.size() / 4);
  probe.weights.clear();
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    probe.weights.push_back(std::bit_cast<float>(bits));
  }
  validate(probe);
  return probe;
}

KindProbabilities kind_probabilities(const DifficultyProbe& probe, std::span<const float> hidden) {
  if (std::ssize(hidden) != probe.width) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("a hidden state of {} values; the probe reads {}", hidden.size(), probe.width), "probe");
  }
  std::vector<double> state(hidden.begin(), hidden.end());
  std::span<const float> rest = probe.weights;
  if (probe.units > 0) {
    state = layer(rest, state, static_cast<std::size_t>(probe.units));
    for (double& value : state) value = std::max(value, 0.0);
  }
  return softmax(layer(rest, state, kDifficulties));
}

}  // namespace reckon
