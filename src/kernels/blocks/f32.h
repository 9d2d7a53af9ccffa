// F32: plain elements, little-endian. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstring>

#include "kernels/dtype.h"

namespace reckon::blocks {

struct F32 {
  static constexpr DType type = DType::f32;
  static constexpr int elements = 1;
  static constexpr int bytes = 4;

  template <typename Lanes>
  static typename Lanes::Vector load(const std::byte* from) noexcept {
    return Lanes::load(from);
  }
  template <typename Lanes>
  static typename Lanes::Vector load_first(const std::byte* from, int n) noexcept {
    return Lanes::load_first(from, n);
  }

  static void encode(const float* in, std::byte* element) noexcept { std::memcpy(element, in, bytes); }
};

}  // namespace reckon::blocks
