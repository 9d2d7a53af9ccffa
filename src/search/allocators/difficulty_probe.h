// What kind of problem this is, told before anything is drawn: a small network that reads the model's last hidden state behind
// the prompt. Source: Liu et al. 2025, DiffAdapt (specs card E1): softmax(W2 relu(W1 h + b1) + b2), learned from problems whose
// kind was seen in sampled paths (app/probe_learning.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// Normal where most paths are right and the model is sure of its words, hard where few are right, easy otherwise.
enum class Difficulty : std::uint8_t { easy, normal, hard };
inline constexpr std::size_t kDifficulties = 3;
const char* name_of(Difficulty kind) noexcept;  // "easy"

using KindProbabilities = std::array<double, kDifficulties>;   // by Difficulty; sum 1
Difficulty likeliest(const KindProbabilities& probabilities);  // of equals the first

inline constexpr std::int64_t kMostProbeWidth = 1 << 16;
inline constexpr std::int64_t kMostProbeUnits = 1024;
inline constexpr float kLargestProbeWeight = 1e9F;  // in size: no sum of products overflows a double

struct DifficultyProbe {
  std::string prompt;      // what it was learned from: "chat" or "plain" prompts, with nothing added to the problem
  std::int64_t width = 0;  // of the hidden state
  std::int64_t units = 0;  // of the layer in between; 0 = there is none, and the outputs are linear in the hidden state
  // Of each layer the matrix row by row, a row for each output, then the biases: probe_weights(width, units) of them.
  std::vector<float> weights;
  std::int64_t problems = 0;  // that it was learned from
  double accuracy = 0;        // on problems that it was not learned from (cross-validation)
  double largest_kind = 0;    // share of the most frequent kind: what answering that always would get right
};

std::size_t probe_weights(std::int64_t width, std::int64_t units);

// Throws Error bad_file that says what is wrong unless the sizes are in their limits, there are as many weights as they ask for,
// and each is a number of at most kLargestProbeWeight.
void validate(const DifficultyProbe& probe);

// Weights as they are stored: four bytes each, IEEE binary32, the least significant first.
std::string weight_bytes(std::span<const float> weights);
// The same probe with these weights. Throws what validate throws; no memory is asked for before the length is known to fit.
DifficultyProbe with_weights(DifficultyProbe probe, std::string_view bytes);

// `hidden` is [probe.width], of finite values, the probe valid; throws Error bad_argument for another length.
KindProbabilities kind_probabilities(const DifficultyProbe& probe, std::span<const float> hidden);

}  // namespace reckon
