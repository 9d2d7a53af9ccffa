// Rows of any block type to f32, sixteen lanes at a time. Products and sums are rounded one by one (no fused multiply-add), so
// every instruction set gives the bits of the reference decoder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace reckon {

template <typename Lanes, typename Block>
void unpack_row(const std::byte* row, std::int64_t columns, float* out) noexcept {
  if constexpr (Block::elements == 1) {
    std::int64_t c = 0;
    for (; c + 16 <= columns; c += 16) Lanes::store(out + c, Block::template load<Lanes>(row + c * Block::bytes));
    const int rest = static_cast<int>(columns - c);
    if (rest > 0) Lanes::store_first(out + c, Block::template load_first<Lanes>(row + c * Block::bytes, rest), rest);
  } else {
    for (std::int64_t c = 0; c < columns; c += Block::elements, row += Block::bytes) Block::template unpack<Lanes>(row, out + c);
  }
}

}  // namespace reckon
