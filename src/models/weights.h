// The tensors of a GGUF file bound to the places an architecture has for them, with every shape checked.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/huge_memory.h"
#include "base/memory_nodes.h"
#include "formats/gguf/gguf_file.h"
#include "models/architecture.h"
#include "models/classifier.h"
#include "models/hyper_parameters.h"
#include "tensor/view.h"

namespace reckon {

class ThreadPool;

struct LinearWeights {
  WeightView matrix;            // [outputs, inputs]
  std::span<const float> bias;  // [outputs] or empty
};

struct AttentionWeights {
  LinearWeights q, k, v, out;
  std::span<const float> q_norm, k_norm;  // [head_dim] or empty
  Pairing pairing;
};

struct FeedForwardWeights {
  LinearWeights gate, up, down;
};

struct ExpertWeights {
  LinearWeights router;  // [experts, width]
  std::vector<FeedForwardWeights> experts;
  bool renormalised = true;
};

struct ResidualWeights {
  std::span<const float> norm;  // [width]
  std::variant<AttentionWeights, FeedForwardWeights, ExpertWeights> block;
};

struct HiddenWeights {
  LinearWeights linear;  // [width, width]
  HeadActivation activation = HeadActivation::tanh;
};

struct Weights {
  WeightView embedding;                              // [vocabulary, width]
  std::vector<std::vector<ResidualWeights>> layers;  // [layers][residuals of a layer]
  std::span<const float> output_norm;                // [width]
  LinearWeights output;                              // [vocabulary, width]; of a classifier head [labels + 1, width]
  bool tied = false;                                 // output.matrix is embedding
  int labels = 0;                                    // of a classifier head; 0 = there is none
  std::optional<HiddenWeights> hidden;               // of a classifier head: before `output`
  std::vector<std::vector<float>> vectors;           // what spans and views of f32 look at. So: moved, never copied
};

// Matrices are views into `file`. With `classifier`, the head is the file's classifier head where it has one. Throws Error
// bad_file (a missing tensor, a shape that differs from the hyper-parameters', with both numbers) or unsupported (a tensor of a
// layer that the architecture has no place for: ignoring it would change results).
Weights bind_weights(const GgufFile& file, const Architecture& architecture, const HyperParameters& sizes,
                     bool classifier = false);

// What the panels of packed weights look at.
struct PanelMemory {
  HugeMemory bytes;
  std::unique_ptr<const NodeMap> nodes;  // null on a machine of one memory node
};

// Packs every matrix that products read (tensor/packing.h) into the memory returned, and lets go of the file's pages behind them;
// with `round_to_bf16` those of F16 and F32 as BF16. An embedding table is left as it is: few of its rows are ever read. Takes a
// turn of the pool for each matrix, so that engines on it go on meanwhile.
PanelMemory pack_weights(Weights& weights, const GgufFile& file, ThreadPool& pool, bool round_to_bf16 = false);

}  // namespace reckon
