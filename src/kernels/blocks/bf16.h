// BF16: the upper half of an f32, little-endian. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct BF16 {
  static constexpr DType type = DType::bf16;
  static constexpr int elements = 1;
  static constexpr int bytes = 2;

  template <typename Lanes>
  static typename Lanes::Vector load(const std::byte* from) noexcept {
    return Lanes::load_bf16(from);
  }
  template <typename Lanes>
  static typename Lanes::Vector load_first(const std::byte* from, int n) noexcept {
    return Lanes::load_bf16_first(from, n);
  }

  static void encode(const float* in, std::byte* element) noexcept {  // to nearest even
    const std::uint16_t half = f32_to_bf16(*in);
    std::memcpy(element, &half, bytes);
  }
};

}  // namespace reckon::blocks
