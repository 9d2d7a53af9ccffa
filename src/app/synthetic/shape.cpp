#include "app/synthetic/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

// Source: config.json of Qwen/Qwen3-{0.6B,1.7B,4B,30B-A3B} and meta-llama/Llama-3.2-1B, Llama-3.1-8B. Without Llama 3's scaling
// of RoPE frequencies, which takes no time. name, architecture, pre-tokenizer, layers, width, heads, kv heads, head dim, feed
// forward, vocabulary, context, RoPE, eps, tied, experts, used, feed forward of one
constexpr std::array kShapes = {
    SyntheticShape{"qwen3-0.6b", "qwen3", "qwen2", 28, 1024, 16, 8, 128, 3072, 151936, 40960, 1e6, 1e-6, true},
    SyntheticShape{"qwen3-1.7b", "qwen3", "qwen2", 28, 2048, 16, 8, 128, 6144, 151936, 40960, 1e6, 1e-6, true},
    SyntheticShape{"qwen3-4b", "qwen3", "qwen2", 36, 2560, 32, 8, 128, 9728, 151936, 40960, 1e6, 1e-6, true},
    SyntheticShape{"qwen3-30b-a3b", "qwen3moe", "qwen2", 48, 2048, 32, 4, 128, 6144, 151936, 40960, 1e6, 1e-6, false, 128, 8,
                   768},
    SyntheticShape{"llama-1b", "llama", "llama-bpe", 16, 2048, 32, 8, 64, 8192, 128256, 131072, 5e5, 1e-5, true},
    SyntheticShape{"llama-8b", "llama", "llama-bpe", 32, 4096, 32, 8, 128, 14336, 128256, 131072, 5e5, 1e-5, false},
};

}  // namespace

std::span<const SyntheticShape> synthetic_shapes() noexcept { return kShapes; }

const SyntheticShape& find_synthetic_shape(std::string_view name) {
  const auto* found = std::ranges::find(kShapes, name, &SyntheticShape::name);
  if (found != kShapes.end()) return *found;
  std::vector<std::string_view> known;
  for (const SyntheticShape& shape : kShapes) known.push_back(shape.name);
  throw Error(ErrorCode::not_found, fmt::format("there is no shape '{}'; known are {}", name, fmt::join(known, ", ")),
              "--synthetic");
}

}  // namespace reckon
