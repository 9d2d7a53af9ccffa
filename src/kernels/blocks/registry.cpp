#include "kernels/blocks/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/cpu/lanes_scalar.h"
#include "kernels/cpu/unpack.h"

namespace reckon {
namespace {

template <typename Block>
concept Encodable = requires(const float* in, std::byte* block) { Block::encode(in, block); };
template <typename Block>
concept WeightedEncodable = requires(const float* in, std::byte* block) { Block::encode(in, in, block); };

template <typename Block>
void encode_row(const float* in, const float* importance, std::int64_t columns, std::byte* row) {
  for (std::int64_t c = 0; c < columns; c += Block::elements, row += Block::bytes) {
    if constexpr (WeightedEncodable<Block>) {
      Block::encode(in + c, importance == nullptr ? nullptr : importance + c, row);
    } else {
      Block::encode(in + c, row);
    }
  }
}

template <typename Block>
constexpr BlockCodec codec() {
  BlockCodec row{Block::type, Block::elements, Block::bytes, unpack_row<ScalarLanes, Block>, nullptr, false};
  if constexpr (Encodable<Block> || WeightedEncodable<Block>) row.encode_row = encode_row<Block>;
  row.weighs = WeightedEncodable<Block>;
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

std::string quantisers() {
  std::vector<std::string_view> names;
  for (const BlockCodec& codec : kCodecs) {
    if (codec.encode_row != nullptr) names.push_back(name_of(codec.type));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void check_finite(std::span<const float> in, DType type) {
  const auto bad = std::ranges::find_if(in, [](float value) { return !std::isfinite(value); });
  if (bad == in.end()) return;
  throw Error(ErrorCode::bad_argument,
              fmt::format("element {} is {}, which {} cannot hold", bad - in.begin(), *bad, name_of(type)));
}

void check_importance(std::span<const float> importance, std::size_t columns) {
  if (importance.empty()) return;
  if (importance.size() != columns) {
    throw Error(ErrorCode::bad_argument, fmt::format("{} weights for a row of {} elements", importance.size(), columns));
  }
  const auto bad = std::ranges::find_if(importance, [](float w) { return !(w >= 0) || !std::isfinite(w); });
  if (bad == importance.end()) return;
  throw Error(ErrorCode::bad_argument,
              fmt::format("weight {} is {}; expected a number that is not negative", bad - importance.begin(), *bad));
}

// Scales are f16: a block of values far above 65504 decodes to infinity or NaN.
void check_range(const BlockCodec& codec, std::span<const float> in, std::span<const std::byte> row) {
  std::array<float, 256> decoded;
  for (std::size_t block = 0; block * static_cast<std::size_t>(codec.elements) < in.size(); ++block) {
    codec.decode_row(row.data() + block * static_cast<std::size_t>(codec.bytes), codec.elements, decoded.data());
    const auto values = std::span(decoded).first(static_cast<std::size_t>(codec.elements));
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) continue;
    const auto given = in.subspan(block * values.size(), values.size());
    const float largest = std::ranges::max(given, {}, [](float value) { return std::fabs(value); });
    throw Error(ErrorCode::bad_argument,
                fmt::format("a block holds {}, which is beyond the scales of {}", largest, name_of(codec.type)));
  }
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

void quantize_row(DType type, std::span<const float> in, std::span<std::byte> row, std::span<const float> importance) {
  const BlockCodec& codec = checked_codec(type, in.size(), row.size());
  if (codec.encode_row == nullptr) {
    throw Error(ErrorCode::unsupported,
                fmt::format("there is no quantiser for {}; there is for {}", name_of(type), quantisers()));
  }
  check_importance(importance, in.size());
  if (codec.elements > 1) check_finite(in, type);
  codec.encode_row(in.data(), importance.empty() ? nullptr : importance.data(), static_cast<std::int64_t>(in.size()), row.data());
  if (codec.elements > 1) check_range(codec, in, row);
}

}  // namespace reckon
