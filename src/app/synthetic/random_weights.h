// Random weights of any block type, as fast as memory takes them: a pool of blocks is made once, and each tensor is a random
// sequence of its blocks. Values have mean 0 and a standard deviation of about 0.02, as trained weights have, so that activations
// stay finite. Only (type, tensor, place) decide a byte, never the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/dtype.h"

namespace reckon {

class RandomWeights {
 public:
  // Throws Error unsupported for a type without a codec.
  explicit RandomWeights(DType type);

  // `bytes` is a whole number of blocks; `tensor` tells one tensor from another.
  void fill(std::span<std::byte> bytes, std::uint32_t tensor, ThreadPool& threads) const;

 private:
  std::size_t unit_bytes_;       // of kUnit elements, a multiple of every type's block
  std::vector<std::byte> pool_;  // kUnits units
};

}  // namespace reckon
