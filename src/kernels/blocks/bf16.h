// BF16: the upper half of an f32, little-endian. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "kernels/cpu/panel_fields.h"
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

  // A word is two consecutive inputs, the first one below. Both paths of each function give the same bits (kLeastBf16Bits).
  struct Panel {
    static constexpr int inputs = 32;
    static constexpr int step_inputs = 2;
    static constexpr ActivationKind activations = ActivationKind::bf16;
    static constexpr int half_count = 0;
    static constexpr int word_count = inputs / step_inputs;

    static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
      const std::uint32_t pair = stored_word(block + 2 * bytes * index);
      return normal(pair << 16) >> 16 | normal(pair & 0xFFFF0000u);
    }

    template <typename W>
    struct Pair {
      typename W::Floats first, second;
    };
    template <typename W>
    struct Whole {
      typename W::Words pairs;
    };
    template <typename W>
    using Weights = std::conditional_t<MultipliesBf16<W>, Whole<W>, Pair<W>>;

    template <typename W, int S>
    static Weights<W> weights(const std::byte* panel) noexcept {
      const auto pairs = panel_word<W, 0>(panel, S);
      if constexpr (MultipliesBf16<W>) {
        return {pairs};
      } else {
        return {W::from_bits(W::template shift<-16>(pairs)),
                W::from_bits(W::bit_and(pairs, W::set(static_cast<std::int32_t>(0xFFFF0000u))))};
      }
    }
    template <typename W>
    static Weights<W> inputs_of(const auto* x) noexcept {
      if constexpr (MultipliesBf16<W>) {
        return {W::broadcast(x)};
      } else {
        return {W::broadcast_float(x[0]), W::broadcast_float(x[1])};
      }
    }
    template <typename W>
    static typename W::Floats multiply(Weights<W> weights, Weights<W> x, typename W::Floats sum) noexcept {
      if constexpr (MultipliesBf16<W>) {
        return W::dot_bf16(sum, weights.pairs, x.pairs);
      } else {
        return W::fma(weights.first, x.first, W::fma(weights.second, x.second, sum));
      }
    }

   private:
    static std::uint32_t normal(std::uint32_t bits) noexcept { return (bits & 0x7FFFFFFFu) < kLeastBf16Bits ? 0u : bits; }
  };

  static void encode(const float* in, std::byte* element) noexcept {  // to nearest even
    const std::uint16_t half = f32_to_bf16(*in);
    std::memcpy(element, &half, bytes);
  }
};

}  // namespace reckon::blocks
