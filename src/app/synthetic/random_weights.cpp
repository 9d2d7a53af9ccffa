#include "app/synthetic/random_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "base/rng.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

constexpr std::int64_t kUnit = 256;     // elements
constexpr std::uint32_t kUnits = 4096;  // a power of two: 2^20 different weights, at most 4 MiB
constexpr std::uint32_t kWeightSeed = 0x5EED;
constexpr float kDeviation = 0.02F;

// Of a type without quantiser all bits are random but these, which hold the block's scales and make its deviation about 0.02.
// Where a scale is f16, it is the byte with sign, exponent and two bits of the mantissa.
struct FixedByte {
  int offset;
  std::uint8_t value;
};
struct BlockScales {
  DType type;
  std::vector<FixedByte> bytes;
};
const BlockScales* find_scales(DType type) {
  static const std::array table = {
      BlockScales{DType::q4_1, {{1, 0x1C}, {3, 0xA8}}},    // d 2^-8, m -2^-5: minus the mean of d * q
      BlockScales{DType::q2_k, {{81, 0x15}, {83, 0x18}}},  // d 1.25 * 2^-10, dmin 2^-9: of the means of scale * q and of min
      BlockScales{DType::q3_k, {{109, 0x0F}}},             // d 1.75 * 2^-12
      BlockScales{DType::iq4_nl, {{1, 0x0C}}},             // d 2^-12
      BlockScales{DType::iq4_xs, {{1, 0x01}}},             // d 2^-16 to 2^-15, below the normal numbers
      BlockScales{DType::tq1_0, {{53, 0x26}}},             // d 1.5 * 2^-6
      BlockScales{DType::mxfp4, {{0, 120}}},               // 2^-7
      BlockScales{DType::nvfp4, {{0, 3}, {1, 4}, {2, 3}, {3, 4}}},  // 3 and 4 times 2^-9
  };
  const auto* found = std::ranges::find(table, type, &BlockScales::type);
  return found == table.end() ? nullptr : found;
}

// Nearly normal: the sum of four uniforms, which is the same on every machine.
float nearly_normal(SplitMix64& rng) {
  constexpr float kRootOfThree = 1.7320508F;  // a sum of four has variance 1/3
  const std::uint64_t bits = rng.next();
  float sum = 0;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<float>((bits >> shift) & 0xFFFF) / 65536.0F;
  return (sum - 2.0F) * kRootOfThree;
}

void encode_random(DType type, std::size_t unit_bytes, std::span<std::byte> pool) {
  SplitMix64 rng(kWeightSeed);
  std::array<float, kUnit> values;
  for (std::size_t at = 0; at < pool.size(); at += unit_bytes) {
    for (float& value : values) value = kDeviation * nearly_normal(rng);
    quantize_row(type, values, pool.subspan(at, unit_bytes));
  }
}

void random_bits(const BlockScales& scales, std::span<std::byte> pool) {
  SplitMix64 rng(kWeightSeed);
  for (std::byte& byte : pool) byte = static_cast<std::byte>(rng.next() >> 56);
  const auto block_bytes = static_cast<std::size_t>(dtype_info(scales.type).block_bytes);
  for (std::size_t block = 0; block < pool.size(); block += block_bytes) {
    for (const FixedByte& fixed : scales.bytes) {
      pool[block + static_cast<std::size_t>(fixed.offset)] = static_cast<std::byte>(fixed.value);
    }
  }
}

}  // namespace

RandomWeights::RandomWeights(DType type)
    : unit_bytes_(static_cast<std::size_t>(row_bytes(type, kUnit))), pool_(unit_bytes_ * kUnits) {
  const int index = block_index(type);
  if (index >= 0 && block_codecs()[static_cast<std::size_t>(index)].encode_row != nullptr) {
    encode_random(type, unit_bytes_, pool_);
  } else if (const BlockScales* scales = find_scales(type)) {
    random_bits(*scales, pool_);
  } else {
    throw Error(ErrorCode::unsupported, fmt::format("there are no random weights of {}", name_of(type)));
  }
}

void RandomWeights::fill(std::span<std::byte> bytes, std::uint32_t tensor, ThreadPool& threads) const {
  constexpr std::size_t kUnitsPerChunk = 4096;
  const std::size_t chunk_bytes = kUnitsPerChunk * unit_bytes_;
  const auto chunks = static_cast<int>((bytes.size() + chunk_bytes - 1) / chunk_bytes);
  threads.parallel_for(chunks, [&](int chunk) {
    std::size_t at = static_cast<std::size_t>(chunk) * chunk_bytes;
    const std::size_t end = std::min(bytes.size(), at + chunk_bytes);
    for (std::uint32_t four = 0; at < end; ++four) {
      for (const std::uint32_t word : philox({four, static_cast<std::uint32_t>(chunk), tensor, 0}, {kWeightSeed, 0})) {
        const std::size_t count = std::min(unit_bytes_, end - at);  // the last unit of a tensor may be cut
        std::memcpy(bytes.data() + at, pool_.data() + word % kUnits * unit_bytes_, count);
        at += count;
      }
    }
  });
}

}  // namespace reckon
