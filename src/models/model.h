// A loaded language model: weights, architecture and sizes; immutable, shared by everything that runs it (models/forward.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "models/architecture.h"
#include "models/cost.h"
#include "models/hyper_parameters.h"
#include "models/weights.h"
#include "tensor/kv_view.h"

namespace reckon {

class ThreadPool;

struct ModelInfo {
  std::string name;          // "general.name", else the file's name
  std::string architecture;  // "qwen3"
  DType weight_type{};       // of most matrix parameters
  int layers = 0;
  int width = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int feed_forward = 0;
  int context_length = 0;       // most tokens of a sequence
  int vocabulary = 0;           // rows of the embedding matrix; a tokenizer may know fewer
  int labels = 0;               // of a classifier head, where it was asked for; logits are [labels + 1] then, else [vocabulary]
  std::int64_t parameters = 0;  // of all tensors, a tied output counted once
  std::int64_t file_bytes = 0;
};

struct LoadOptions {
  // Matrices are packed for products with activations in the form their weights like best: int8 for quantised ones, bf16 for
  // BF16, f32 for F16 and F32. Several times faster. Without it, every product is that of f32 activations with the decoded
  // weights, which is what references compute.
  bool pack = false;
  bool round_to_bf16 = false;  // with `pack`: F16 and F32 matrices too, whose products are twice as fast then where BF16's are
  int threads = 1;             // that pack, where `pool` is null
  // That packs, in turns with the engines that use it: a model that is loaded while others compute starts no threads of its own.
  std::shared_ptr<ThreadPool> pool = nullptr;
  // Where the file has a classifier head (models/classifier.h), a row's logits are its outputs instead of the vocabulary's.
  bool classifier = false;
};

class Model {  // const calls from any thread
 public:
  // Maps a GGUF file. Weights stay in the mapping and are read from disk as they are touched. Throws Error not_found, bad_file
  // (what the file lacks or contradicts, with names and numbers), unsupported (an architecture or feature not computed here).
  // With `pack`, matrices are copied to memory once, and the mapping's pages given back.
  static std::shared_ptr<const Model> load(const std::string& path, LoadOptions options = {});
  static std::shared_ptr<const Model> load(GgufFile file, LoadOptions options = {});

  const ModelInfo& info() const noexcept { return info_; }
  const TokenCost& cost() const noexcept { return cost_; }
  // The page layout for this model. Throws Error bad_argument unless kv_type is in kernels/kv_types.h and slots_per_page among
  // kPageSlots (tensor/kv_view.h).
  KvLayout kv_layout(DType kv_type, int slots_per_page) const;

  const GgufFile& file() const noexcept { return file_; }  // its metadata holds tokenizer and chat template
  const Architecture& architecture() const noexcept { return *architecture_; }
  const HyperParameters& sizes() const noexcept { return sizes_; }
  const Weights& weights() const noexcept { return weights_; }
  bool packed() const noexcept { return panels_.bytes.size() > 0; }  // some matrix is multiplied in packed form

 private:
  Model(GgufFile file, LoadOptions options);

  GgufFile file_;
  const Architecture* architecture_;
  HyperParameters sizes_;
  Weights weights_;
  PanelMemory panels_;
  ModelInfo info_;
  TokenCost cost_;
};

}  // namespace reckon
