// F16: IEEE binary16, little-endian. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct F16 {
  static constexpr DType type = DType::f16;
  static constexpr int elements = 1;
  static constexpr int bytes = 2;

  template <typename Lanes>
  static typename Lanes::Vector load(const std::byte* from) noexcept {
    return Lanes::load_f16(from);
  }
  template <typename Lanes>
  static typename Lanes::Vector load_first(const std::byte* from, int n) noexcept {
    return Lanes::load_f16_first(from, n);
  }

  struct Panel : FloatPanel {
    static constexpr int half_count = inputs;
    static constexpr int word_count = 0;
    static std::uint16_t pack_half(int index, const std::byte* block) noexcept { return stored_half(block + bytes * index); }

    template <typename W, int S>
    static typename W::Floats weights(const std::byte* panel) noexcept {
      return panel_half<W>(panel, S);
    }
  };

  static void encode(const float* in, std::byte* element) noexcept {  // to nearest even
    const std::uint16_t half = f32_to_f16(*in);
    std::memcpy(element, &half, bytes);
  }
};

}  // namespace reckon::blocks
