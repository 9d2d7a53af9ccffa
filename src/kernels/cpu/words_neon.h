// Eight 32-bit words in two registers of AArch64, for products of quantised weights; needs the dot product of armv8.2.
// Interface and meaning: words_scalar.h. Include only from *_neon.cpp.
#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct NeonWords {
  struct Words {
    uint32x4_t low, high;  // words 0..3, 4..7
  };
  struct Floats {
    float32x4_t low, high;
  };
  // Four bytes meant for every word, in the first lane of a register: the dot product takes them from there, and a plain load
  // occupies no vector unit, as one to all lanes would.
  struct Broadcast {
    int8x8_t bytes;
    operator Words() const noexcept {  // NOLINT(google-explicit-constructor): it is the same value in another place
      const uint32x4_t four = vdupq_lane_u32(vreinterpret_u32_s8(bytes), 0);
      return {four, four};
    }
  };
  static constexpr int kOutputs = 8;
  static constexpr int kTileRows = 4;  // 8 integer and 16 float accumulators of 32 registers
  static constexpr int kTilePanels = 1;
  static constexpr int kValueTileRows = 4;  // of plain weights: 8 accumulators
  static constexpr bool kUnsignedCodes = false;
  static constexpr int kUnpackingCost = 4;

  static Words load(const std::byte* from) noexcept {
    return {vreinterpretq_u32_u8(vld1q_u8(bytes(from))), vreinterpretq_u32_u8(vld1q_u8(bytes(from) + 16))};
  }
  static Words load_u16(const std::byte* from) noexcept {
    const uint16x8_t halves = vreinterpretq_u16_u8(vld1q_u8(bytes(from)));
    return {vmovl_u16(vget_low_u16(halves)), vmovl_high_u16(halves)};
  }
  static Words set(std::int32_t value) noexcept {
    const uint32x4_t four = vdupq_n_u32(static_cast<std::uint32_t>(value));
    return {four, four};
  }
  static Broadcast broadcast(const void* from) noexcept {
    std::uint32_t word;
    std::memcpy(&word, from, sizeof word);
    return {vcreate_s8(word)};
  }
  static Words zero() noexcept { return set(0); }
  static Words bit_and(Words a, Words b) noexcept { return {vandq_u32(a.low, b.low), vandq_u32(a.high, b.high)}; }
  static Words bit_or(Words a, Words b) noexcept { return {vorrq_u32(a.low, b.low), vorrq_u32(a.high, b.high)}; }
  static Words bit_xor(Words a, Words b) noexcept { return {veorq_u32(a.low, b.low), veorq_u32(a.high, b.high)}; }
  template <int N>
  static Words shift(Words a) noexcept {
    if constexpr (N > 0) return {vshrq_n_u32(a.low, N), vshrq_n_u32(a.high, N)};
    if constexpr (N < 0) return {vshlq_n_u32(a.low, -N), vshlq_n_u32(a.high, -N)};
    return a;
  }
  template <int N>
  static Words shift_signed(Words a) noexcept {
    return {vreinterpretq_u32_s32(vshrq_n_s32(vreinterpretq_s32_u32(a.low), N)),
            vreinterpretq_u32_s32(vshrq_n_s32(vreinterpretq_s32_u32(a.high), N))};
  }
  static Words lookup(const std::int8_t* table, Words indices) noexcept {
    const int8x16_t sixteen = vld1q_s8(table);
    return {vreinterpretq_u32_s8(vqtbl1q_s8(sixteen, vreinterpretq_u8_u32(indices.low))),
            vreinterpretq_u32_s8(vqtbl1q_s8(sixteen, vreinterpretq_u8_u32(indices.high)))};
  }

  // Both factors signed: codes without a sign have at most seven bits.
  static Words dot(Words sum, Words codes, Broadcast x) noexcept {
    return {unsigned_words(vdotq_lane_s32(signed_words(sum.low), signed_bytes(codes.low), x.bytes, 0)),
            unsigned_words(vdotq_lane_s32(signed_words(sum.high), signed_bytes(codes.high), x.bytes, 0))};
  }
  static Words dot(Words sum, Words codes, Words x) noexcept {
    return {unsigned_words(vdotq_s32(signed_words(sum.low), signed_bytes(codes.low), signed_bytes(x.low))),
            unsigned_words(vdotq_s32(signed_words(sum.high), signed_bytes(codes.high), signed_bytes(x.high)))};
  }
  static Words dot_signed(Words sum, Words codes, Broadcast x) noexcept { return dot(sum, codes, x); }
  static Words dot_pairs(Words sum, Words a, Words b) noexcept {
    return {add_pairs(sum.low, a.low, b.low), add_pairs(sum.high, a.high, b.high)};
  }

  static Floats zero_floats() noexcept { return broadcast_float(0.0f); }
  static Floats broadcast_float(float value) noexcept { return {vdupq_n_f32(value), vdupq_n_f32(value)}; }
  static Floats to_float(Words a) noexcept { return {vcvtq_f32_s32(signed_words(a.low)), vcvtq_f32_s32(signed_words(a.high))}; }
  static Floats from_bits(Words a) noexcept { return {vreinterpretq_f32_u32(a.low), vreinterpretq_f32_u32(a.high)}; }
  static Floats load_f16(const std::byte* from) noexcept {
    const float16x8_t halves = vreinterpretq_f16_u8(vld1q_u8(bytes(from)));
    return {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
  }
  static Floats load_floats(const float* from, int n) noexcept {
    if (n == kOutputs) return {vld1q_f32(from), vld1q_f32(from + 4)};
    float lanes[kOutputs] = {};
    for (int i = 0; i < n; ++i) lanes[i] = from[i];
    return {vld1q_f32(lanes), vld1q_f32(lanes + 4)};
  }
  static Floats multiply(Floats a, Floats b) noexcept { return {vmulq_f32(a.low, b.low), vmulq_f32(a.high, b.high)}; }
  static Floats add(Floats a, Floats b) noexcept { return {vaddq_f32(a.low, b.low), vaddq_f32(a.high, b.high)}; }
  static Floats fma(Floats a, Floats b, Floats c) noexcept {
    return {vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high)};
  }
  static Floats fma_negated(Floats a, Floats b, Floats c) noexcept {
    return {vfmsq_f32(c.low, a.low, b.low), vfmsq_f32(c.high, a.high, b.high)};
  }
  static void store(float* to, Floats v, int n) noexcept {
    if (n == kOutputs) {
      vst1q_f32(to, v.low);
      vst1q_f32(to + 4, v.high);
      return;
    }
    float lanes[kOutputs];
    vst1q_f32(lanes, v.low);
    vst1q_f32(lanes + 4, v.high);
    for (int i = 0; i < n; ++i) to[i] = lanes[i];
  }

  // The compiler moves its own prefetches to the head of a block, all together. "Q": see lanes_neon.h.
  static void prefetch(const std::byte* from, Words& after) noexcept {
    asm volatile("prfm pldl2keep, %1" : "+w"(after.low) : "Q"(*from));
  }
  static void prefetch(const std::byte* from) noexcept { asm volatile("prfm pldl2keep, %0" : : "Q"(*from)); }

 private:
  static const std::uint8_t* bytes(const std::byte* from) noexcept { return reinterpret_cast<const std::uint8_t*>(from); }
  static int32x4_t signed_words(uint32x4_t a) noexcept { return vreinterpretq_s32_u32(a); }
  static uint32x4_t unsigned_words(int32x4_t a) noexcept { return vreinterpretq_u32_s32(a); }
  static int8x16_t signed_bytes(uint32x4_t a) noexcept { return vreinterpretq_s8_u32(a); }
  static uint32x4_t add_pairs(uint32x4_t sum, uint32x4_t a, uint32x4_t b) noexcept {
    const int16x8_t x = vreinterpretq_s16_u32(a), y = vreinterpretq_s16_u32(b);
    const int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y)), high = vmull_high_s16(x, y);
    return vaddq_u32(sum, unsigned_words(vpaddq_s32(low, high)));
  }
};

}  // namespace reckon
