// Activations for products with quantised weights: a row in blocks of 256 inputs, int8 with one scale per block, and the sums
// that weights with an offset or a minimum need. Quantised once per row, read by every panel of every matrix it meets.
#pragma once

#include <cstdint>

namespace reckon {

constexpr int kActivationBlock = 256;

// value[i] ≈ scale * quant[i], quant in -127..127. Inputs beyond a row's end are zero.
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

constexpr std::int64_t activation_blocks(std::int64_t inputs) { return (inputs + kActivationBlock - 1) / kActivationBlock; }

// Rounds to nearest even. A block that holds NaN or infinity gets a NaN scale, so that its products are NaN too.
template <typename Lanes>
void quantise_activations(const float* x, std::int64_t inputs, ActivationBlock* out) noexcept {
  for (std::int64_t at = 0; at < inputs; at += kActivationBlock, ++out) {
    const int count = static_cast<int>(inputs - at < kActivationBlock ? inputs - at : kActivationBlock);
    const auto load = [&](int i) __attribute__((always_inline)) {
      if (i + 16 <= count) return Lanes::load(x + at + i);
      return i < count ? Lanes::load_first(x + at + i, count - i) : Lanes::zero();
    };
    const auto magnitude_bits = Lanes::broadcast_int(0x7FFFFFFF);
    auto largest = Lanes::zero();
    auto poison = Lanes::zero();  // 0 * x is NaN for infinities and NaN
    for (int i = 0; i < kActivationBlock; i += 16) {
      const auto v = load(i);
      largest = Lanes::max(Lanes::from_bits(Lanes::bit_and(Lanes::bits_of(v), magnitude_bits)), largest);
      poison = Lanes::fma(v, Lanes::zero(), poison);
    }
    const float most = Lanes::fold_max(largest);
    const float finite = Lanes::fold(poison);
    out->scale = most / 127.0f + finite;
    // Below the smallest normal number the inverse would overflow; such a block is as good as zero.
    const bool countable = finite == 0.0f && most >= 1e-30f;
    const auto inverse = Lanes::broadcast(countable ? 127.0f / most : 0.0f);
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
