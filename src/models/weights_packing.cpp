#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "base/thread_pool.h"
#include "models/weights.h"
#include "tensor/packing.h"

namespace reckon {
namespace {

std::vector<WeightView*> multiplied_matrices(Weights& weights) {
  std::vector<WeightView*> matrices;
  const auto add = [&matrices](auto&... linear) { (matrices.push_back(&linear.matrix), ...); };
  for (std::vector<ResidualWeights>& layer : weights.layers) {
    for (ResidualWeights& residual : layer) {
      if (auto* block = std::get_if<AttentionWeights>(&residual.block)) add(block->q, block->k, block->v, block->out);
      if (auto* block = std::get_if<FeedForwardWeights>(&residual.block)) add(block->gate, block->up, block->down);
      if (auto* block = std::get_if<ExpertWeights>(&residual.block)) {
        add(block->router);
        for (FeedForwardWeights& expert : block->experts) add(expert.gate, expert.up, expert.down);
      }
    }
  }
  if (weights.hidden) add(weights.hidden->linear);
  add(weights.output);
  return matrices;
}

DType packed_type(const WeightView& matrix, bool round_to_bf16) {
  const bool plain = matrix.type == DType::f16 || matrix.type == DType::f32;
  return round_to_bf16 && plain ? DType::bf16 : matrix.type;
}

std::int64_t bytes_as(WeightView matrix, DType type) {
  matrix.type = type;
  return packed_bytes(matrix);
}

// The first pages of memory that the system has given already.
class TakenMemory {
 public:
  TakenMemory(const HugeMemory& memory, ThreadPool& pool) : memory_(memory), pool_(pool) {}

  // Makes the system give it up to `bytes` now, a huge page to one worker at a time: two that write to the same new page have it
  // cleared twice.
  void reach(std::size_t bytes) {
    const std::size_t first = pages_;
    pages_ = std::max(pages_, (bytes + kHugePage - 1) / kHugePage);
    pool_.parallel_for(static_cast<int>(pages_ - first),
                       [&](int page) { memory_.data()[(first + static_cast<std::size_t>(page)) * kHugePage] = std::byte{0}; });
  }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;
  const HugeMemory& memory_;
  ThreadPool& pool_;
  std::size_t pages_ = 0;
};

}  // namespace

PanelMemory pack_weights(Weights& weights, const GgufFile& file, ThreadPool& pool, bool round_to_bf16) {
  const std::vector<WeightView*> matrices = multiplied_matrices(weights);
  std::int64_t bytes = 0;
  for (const WeightView* matrix : matrices) bytes += bytes_as(*matrix, packed_type(*matrix, round_to_bf16));
  PanelMemory memory{HugeMemory(static_cast<std::size_t>(bytes), "packed weights; raise the limit on address space (ulimit -v)"),
                     nullptr};
  TakenMemory taken(memory.bytes, pool);
  // Rows of a tied output are looked up as embeddings too: those of a file are read again from it, others would be lost.
  const WeightView* looked_up = weights.tied && !file.rereads() ? &weights.output.matrix : nullptr;
  std::byte* to = memory.bytes.data();
  for (WeightView* matrix : matrices) {
    const DType type = packed_type(*matrix, round_to_bf16);
    const std::int64_t needed = bytes_as(*matrix, type);
    if (needed == 0) continue;
    const std::scoped_lock turn(pool.turns());
    taken.reach(static_cast<std::size_t>(to - memory.bytes.data() + needed));
    const auto packed = [&file, kept = matrix == looked_up](std::span<const std::byte> rows) {
      if (!kept) file.release(rows);
    };
    *matrix = pack(*matrix, to, pool, packed, type);
    to += needed;
  }
  if (memory_nodes() > 1 && bytes > 0) {
    memory.nodes = std::make_unique<const NodeMap>(NodeMap::of({memory.bytes.data(), memory.bytes.size()}));
    for (WeightView* matrix : matrices) {
      if (matrix->panels != nullptr) matrix->nodes = memory.nodes.get();
    }
  }
  return memory;
}

}  // namespace reckon
