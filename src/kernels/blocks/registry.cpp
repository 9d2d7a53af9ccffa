#include "kernels/blocks/registry.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "kernels/cpu/lanes_scalar.h"
#include "kernels/cpu/unpack.h"

namespace reckon {
namespace {

template <typename Block>
concept Encodable = requires(const float* in, std::byte* block) { Block::encode(in, block); };

template <typename Block>
void encode_row(const float* in, std::int64_t columns, std::byte* row) {
  for (std::int64_t c = 0; c < columns; c += Block::elements, row += Block::bytes) Block::encode(in + c, row);
}

template <typename Block>
constexpr BlockCodec codec() {
  BlockCodec row{Block::type, Block::elements, Block::bytes, unpack_row<ScalarLanes, Block>, nullptr};
  if constexpr (Encodable<Block>) row.encode_row = encode_row<Block>;
  return row;
}

template <typename... Blocks>
constexpr std::array<BlockCodec, sizeof...(Blocks)> codecs(TypeList<Blocks...>) {
  return {codec<Blocks>()...};
}
constexpr auto kCodecs = codecs(BlockList{});

const BlockCodec& checked_codec(DType type, std::size_t columns, std::size_t given_bytes) {
  const int index = block_index(type);
  if (index < 0) throw Error(ErrorCode::unsupported, fmt::format("no codec for block type {}", name_of(type)));
  const std::int64_t expected = row_bytes(type, static_cast<std::int64_t>(columns));
  if (static_cast<std::int64_t>(given_bytes) != expected) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("a row of {} elements of {} takes {} bytes, not {}", columns, name_of(type), expected, given_bytes));
  }
  return kCodecs[static_cast<std::size_t>(index)];
}

}  // namespace

std::span<const BlockCodec> block_codecs() noexcept { return kCodecs; }

int block_index(DType type) noexcept {
  for (std::size_t i = 0; i < kCodecs.size(); ++i) {
    if (kCodecs[i].type == type) return static_cast<int>(i);
  }
  return -1;
}

void dequantize_row(DType type, std::span<const std::byte> row, std::span<float> out) {
  checked_codec(type, out.size(), row.size()).decode_row(row.data(), static_cast<std::int64_t>(out.size()), out.data());
}

void quantize_row(DType type, std::span<const float> in, std::span<std::byte> row) {
  const BlockCodec& codec = checked_codec(type, in.size(), row.size());
  if (codec.encode_row == nullptr) throw Error(ErrorCode::unsupported, fmt::format("no quantiser for {} yet", name_of(type)));
  codec.encode_row(in.data(), static_cast<std::int64_t>(in.size()), row.data());
}

}  // namespace reckon
