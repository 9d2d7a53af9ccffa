// Activations for products with packed weights: a row in blocks of 256 inputs. For quantised weights int8 with one scale per
// block, and the sums that weights with an offset or a minimum need; for F16 and F32 weights f32; for BF16 weights rounded to
// bf16. Made once per row, read by every panel of every matrix it meets. Inputs beyond a row's end are zero.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "kernels/cpu/magnitude.h"

namespace reckon {

constexpr int kActivationBlock = 256;

enum class ActivationKind { int8, bf16, f32 };
constexpr int kActivationKinds = 3;

// value[i] ≈ scale * quant[i], quant in -127..127.
struct alignas(64) ActivationBlock {
  std::int8_t quant[kActivationBlock];
  float scale;
  std::int32_t minus_sum32[8];  // minus the sum of quant over 32 inputs
  // Sums over 32 inputs as pairs (s, s + 2) for s = 0, 1, 4, 5: a word with two bytes of minima spreads into such pairs by one
  // AND.
  std::int16_t pairs32[8];
  std::int16_t pairs16[16];      // sums over 16 inputs, s = 0, 1, 4, 5, 8, 9, 12, 13
  std::int32_t minus_sum16[16];  // minus the sum of quant over 16 inputs
};

struct alignas(64) FloatBlock {
  float value[kActivationBlock];
};
struct alignas(64) Bf16Block {
  std::uint16_t value[kActivationBlock];
};

constexpr std::int64_t activation_blocks(std::int64_t inputs) { return (inputs + kActivationBlock - 1) / kActivationBlock; }

// Has an instruction for sums of products of bf16 pairs; the others read activations that were rounded to bf16 as f32.
template <typename W>
concept MultipliesBf16 = requires(typename W::Floats sum, typename W::Words pairs) { W::dot_bf16(sum, pairs, pairs); };

template <typename W, ActivationKind kind>
using ActivationsOf =
    std::conditional_t<kind == ActivationKind::int8, ActivationBlock,
                       std::conditional_t<kind == ActivationKind::bf16 && MultipliesBf16<W>, Bf16Block, FloatBlock>>;

// Numbers below this are taken for zero in products of bf16, weights and activations alike. All others are multiples of 2^-63,
// their products and every sum of these multiples of 2^-126, so that no sum is ever subnormal: vdpbf16ps, which flushes those
// whatever the rounding mode register says, then equals two fused multiply-adds to the bit.
constexpr std::uint32_t kLeastBf16Bits = (127 - 56) << 23;  // 2^-56 in f32

// Inputs i … i + 15 of `count`, with zeros behind the end.
template <typename Lanes>
[[gnu::always_inline]] inline typename Lanes::Vector load_activations(const float* x, std::int64_t count, int i) noexcept {
  if (i + 16 <= count) return Lanes::load(x + i);
  return i < count ? Lanes::load_first(x + i, static_cast<int>(count) - i) : Lanes::zero();
}

template <typename Lanes>
void copy_activations(const float* x, std::int64_t inputs, void* to) noexcept {
  auto* out = static_cast<FloatBlock*>(to);
  for (std::int64_t at = 0; at < inputs; at += kActivationBlock, ++out) {
    for (int i = 0; i < kActivationBlock; i += 16) Lanes::store(out->value + i, load_activations<Lanes>(x + at, inputs - at, i));
  }
}

// Rounds to nearest even. Infinities become NaN, so that their products are NaN.
template <typename Lanes, typename Block>
void round_activations(const float* x, std::int64_t inputs, void* to) noexcept {
  auto* out = static_cast<Block*>(to);
  const auto least = Lanes::broadcast(std::bit_cast<float>(kLeastBf16Bits));
  for (std::int64_t at = 0; at < inputs; at += kActivationBlock, ++out) {
    for (int i = 0; i < kActivationBlock; i += 16) {
      const auto v = load_activations<Lanes>(x + at, inputs - at, i);
      const auto bits = Lanes::bits_of(v);
      const auto odd = Lanes::bit_and(Lanes::template shift_right<16>(bits), Lanes::broadcast_int(1));
      const auto up = Lanes::add_int(Lanes::add_int(bits, Lanes::broadcast_int(0x7FFF)), odd);
      const auto rounded = Lanes::from_bits(Lanes::bit_and(up, Lanes::broadcast_int(static_cast<std::int32_t>(0xFFFF0000u))));
      const auto magnitude = Lanes::from_bits(Lanes::bit_and(bits, Lanes::broadcast_int(0x7FFFFFFF)));
      // 0 * v is NaN for infinities and NaN, whose rounded bits may mean anything.
      const auto value = Lanes::fma(v, Lanes::zero(), Lanes::zero_where_less(magnitude, least, rounded));
      if constexpr (std::is_same_v<Block, FloatBlock>) {
        Lanes::store(out->value + i, value);
      } else {
        std::uint32_t words[16];
        Lanes::store(reinterpret_cast<float*>(words), value);
        for (int j = 0; j < 16; ++j) out->value[i + j] = static_cast<std::uint16_t>(words[j] >> 16);
      }
    }
  }
}

// Rounds to nearest even. A block that holds NaN or infinity gets a NaN scale, so that its products are NaN too.
template <typename Lanes>
void quantise_activations(const float* x, std::int64_t inputs, void* to) noexcept {
  auto* out = static_cast<ActivationBlock*>(to);
  for (std::int64_t at = 0; at < inputs; at += kActivationBlock, ++out) {
    const auto load = [&](int i) __attribute__((always_inline)) { return load_activations<Lanes>(x + at, inputs - at, i); };
    const Magnitude size = magnitude<Lanes>(kActivationBlock, load);
    out->scale = size.largest / 127.0f + size.poison;
    const bool countable = size.countable();
    const auto inverse = Lanes::broadcast(countable ? 127.0f / size.largest : 0.0f);
    for (int i = 0; i < kActivationBlock; i += 16) {
      const auto v = countable ? Lanes::multiply(load(i), inverse) : Lanes::zero();
      Lanes::store_i8(out->quant + i, Lanes::round_to_int(v));
    }
    std::int16_t sums[16];
    for (int s = 0; s < 16; ++s) {
      std::int32_t sum = 0;
      for (int i = 0; i < 16; ++i) sum += out->quant[16 * s + i];
      sums[s] = static_cast<std::int16_t>(sum);
      out->minus_sum16[s] = -sum;
    }
    for (int s = 0; s < 8; ++s) out->minus_sum32[s] = -(sums[2 * s] + sums[2 * s + 1]);
    for (int pair = 0; pair < 8; ++pair) {
      const int s = pair / 2 * 4 + pair % 2;
      out->pairs16[2 * pair] = sums[s];
      out->pairs16[2 * pair + 1] = sums[s + 2];
    }
    for (int pair = 0; pair < 4; ++pair) {
      const int s = pair / 2 * 4 + pair % 2;
      out->pairs32[2 * pair] = static_cast<std::int16_t>(-out->minus_sum32[s]);
      out->pairs32[2 * pair + 1] = static_cast<std::int16_t>(-out->minus_sum32[s + 2]);
    }
  }
}

}  // namespace reckon
