// F32: plain elements, little-endian. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstring>

#include "kernels/cpu/panel_fields.h"
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

  struct Panel : FloatPanel {
    static constexpr int half_count = 0;
    static constexpr int word_count = inputs;
    static std::uint32_t pack_word(int index, const std::byte* block) noexcept { return stored_word(block + bytes * index); }

    template <typename W, int S>
    static typename W::Floats weights(const std::byte* panel) noexcept {
      return W::from_bits(panel_word<W, 0>(panel, S));
    }
  };

  static void encode(const float* in, std::byte* element) noexcept { std::memcpy(element, in, bytes); }
};

}  // namespace reckon::blocks
