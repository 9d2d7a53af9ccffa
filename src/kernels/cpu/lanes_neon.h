// Sixteen f32 lanes in four registers of AArch64. Interface and meaning: lanes_scalar.h. Include only from *_neon.cpp.
#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct NeonLanes {
  struct Vector {
    float32x4_t a, b, c, d;  // lanes 0..3, 4..7, 8..11, 12..15
  };
  struct Ints {
    int32x4_t a, b, c, d;
  };
  // 24 of 32 registers are accumulators; weights and activations pass through the rest a quarter at a time.
  static constexpr int kTileOutputs = 2;
  static constexpr int kTileRows = 3;
  static constexpr int kTileQueries = 2;  // of attention: 16 registers of accumulators, 8 of keys or values
  static constexpr int kSumChains = 6;

  static Vector broadcast(float value) noexcept { return all(vdupq_n_f32(value)); }
  static Vector zero() noexcept { return broadcast(0.0f); }
  static Vector load(const void* from) noexcept {
    const auto floats = [from](int i) { return vreinterpretq_f32_u8(sixteen_bytes(from, 16 * i)); };
    return {floats(0), floats(1), floats(2), floats(3)};
  }
  static Vector load_first(const void* from, int n) noexcept {
    alignas(16) float lanes[16] = {};
    std::memcpy(lanes, from, sizeof(float) * static_cast<std::size_t>(n));
    return load(lanes);
  }
  static void store(float* to, Vector v) noexcept {
    vst1q_f32(to, v.a);
    vst1q_f32(to + 4, v.b);
    vst1q_f32(to + 8, v.c);
    vst1q_f32(to + 12, v.d);
  }
  static void store_first(float* to, Vector v, int n) noexcept {
    alignas(16) float lanes[16];
    store(lanes, v);
    std::memcpy(to, lanes, sizeof(float) * static_cast<std::size_t>(n));
  }

  static Vector load_f16(const void* from) noexcept {
    const float16x8_t low = vreinterpretq_f16_u8(sixteen_bytes(from)), high = vreinterpretq_f16_u8(sixteen_bytes(from, 16));
    return {widen_low(low), widen_high(low), widen_low(high), widen_high(high)};
  }
  static Vector load_f16_first(const void* from, int n) noexcept { return load_f16(Halves(from, n).lanes); }
  static Vector load_bf16(const void* from) noexcept {
    const uint16x8_t low = vreinterpretq_u16_u8(sixteen_bytes(from)), high = vreinterpretq_u16_u8(sixteen_bytes(from, 16));
    const uint16x8_t zeros = vdupq_n_u16(0);
    return {vreinterpretq_f32_u16(vzip1q_u16(zeros, low)), vreinterpretq_f32_u16(vzip2q_u16(zeros, low)),
            vreinterpretq_f32_u16(vzip1q_u16(zeros, high)), vreinterpretq_f32_u16(vzip2q_u16(zeros, high))};
  }
  static Vector load_bf16_first(const void* from, int n) noexcept { return load_bf16(Halves(from, n).lanes); }
  static void store_f16_first(void* to, Vector v, int n) noexcept {  // rounds to nearest even, as every program starts
    alignas(16) std::uint16_t lanes[16];
    vst1q_u16(lanes, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(v.a), v.b)));
    vst1q_u16(lanes + 8, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(v.c), v.d)));
    std::memcpy(to, lanes, sizeof(std::uint16_t) * static_cast<std::size_t>(n));
  }

  static Vector add(Vector x, Vector y) noexcept {
    return {vaddq_f32(x.a, y.a), vaddq_f32(x.b, y.b), vaddq_f32(x.c, y.c), vaddq_f32(x.d, y.d)};
  }
  static Vector subtract(Vector x, Vector y) noexcept {
    return {vsubq_f32(x.a, y.a), vsubq_f32(x.b, y.b), vsubq_f32(x.c, y.c), vsubq_f32(x.d, y.d)};
  }
  static Vector multiply(Vector x, Vector y) noexcept {
    return {vmulq_f32(x.a, y.a), vmulq_f32(x.b, y.b), vmulq_f32(x.c, y.c), vmulq_f32(x.d, y.d)};
  }
  static Vector divide(Vector x, Vector y) noexcept {
    return {vdivq_f32(x.a, y.a), vdivq_f32(x.b, y.b), vdivq_f32(x.c, y.c), vdivq_f32(x.d, y.d)};
  }
  static Vector fma(Vector x, Vector y, Vector z) noexcept {
    return {fma_four(x.a, y.a, z.a), fma_four(x.b, y.b, z.b), fma_four(x.c, y.c, z.c), fma_four(x.d, y.d, z.d)};
  }
  static Vector min(Vector x, Vector y) noexcept { return {least(x.a, y.a), least(x.b, y.b), least(x.c, y.c), least(x.d, y.d)}; }
  static Vector max(Vector x, Vector y) noexcept { return {most(x.a, y.a), most(x.b, y.b), most(x.c, y.c), most(x.d, y.d)}; }
  static Vector zero_where_less(Vector x, Vector limit, Vector v) noexcept {
    return {clear(vcltq_f32(x.a, limit.a), v.a), clear(vcltq_f32(x.b, limit.b), v.b), clear(vcltq_f32(x.c, limit.c), v.c),
            clear(vcltq_f32(x.d, limit.d), v.d)};
  }

  static float fold(Vector v) noexcept {
    const float32x4_t four = fold_to_four(v);
    return vpadds_f32(vadd_f32(vget_low_f32(four), vget_high_f32(four)));
  }
  // Four folds side by side: each step adds the same pairs of lanes as fold.
  static void fold4(const Vector* v, float* to) noexcept {
    const float32x4_t first = fold_to_two(fold_to_four(v[0]), fold_to_four(v[1]));
    const float32x4_t second = fold_to_two(fold_to_four(v[2]), fold_to_four(v[3]));
    vst1q_f32(to, vpaddq_f32(first, second));
  }
  // "Q": the instruction knows fewer kinds of address than the compiler might use for a byte.
  static void prefetch(const std::byte* from, Vector& after) noexcept {
    asm volatile("prfm pldl2keep, %1" : "+w"(after.a) : "Q"(*from));
  }
  static float fold_max(Vector v) noexcept {
    const float32x4_t four = most(most(v.a, v.c), most(v.b, v.d));
    const float32x4_t two = most(four, vextq_f32(four, four, 2));
    const float32x4_t one = most(two, vdupq_laneq_f32(two, 1));
    return vgetq_lane_f32(one, 0);
  }

  static float f16(const std::byte* from) noexcept {
    float16_t half;
    std::memcpy(&half, from, sizeof half);
    return half;
  }
  static Ints load_u8(const std::byte* from) noexcept {
    const uint8x16_t bytes = sixteen_bytes(from);
    const uint16x8_t low = vmovl_u8(vget_low_u8(bytes)), high = vmovl_high_u8(bytes);
    return {vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(low))), vreinterpretq_s32_u32(vmovl_high_u16(low)),
            vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(high))), vreinterpretq_s32_u32(vmovl_high_u16(high))};
  }
  static Ints load_i8(const std::byte* from) noexcept {
    const int8x16_t bytes = vreinterpretq_s8_u8(sixteen_bytes(from));
    const int16x8_t low = vmovl_s8(vget_low_s8(bytes)), high = vmovl_high_s8(bytes);
    return {vmovl_s16(vget_low_s16(low)), vmovl_high_s16(low), vmovl_s16(vget_low_s16(high)), vmovl_high_s16(high)};
  }
  static Ints broadcast_int(std::int32_t value) noexcept {
    const int32x4_t four = vdupq_n_s32(value);
    return {four, four, four, four};
  }
  static Ints spread_bits(std::uint32_t bits) noexcept {
    const auto spread = [bits](int first) {
      const int32x4_t down = {-first, -first - 1, -first - 2, -first - 3};
      return vreinterpretq_s32_u32(vandq_u32(vshlq_u32(vdupq_n_u32(bits), down), vdupq_n_u32(1)));
    };
    return {spread(0), spread(4), spread(8), spread(12)};
  }
  static Ints bit_and(Ints x, Ints y) noexcept {
    return {vandq_s32(x.a, y.a), vandq_s32(x.b, y.b), vandq_s32(x.c, y.c), vandq_s32(x.d, y.d)};
  }
  static Ints bit_or(Ints x, Ints y) noexcept {
    return {vorrq_s32(x.a, y.a), vorrq_s32(x.b, y.b), vorrq_s32(x.c, y.c), vorrq_s32(x.d, y.d)};
  }
  static Ints add_int(Ints x, Ints y) noexcept {
    return {vaddq_s32(x.a, y.a), vaddq_s32(x.b, y.b), vaddq_s32(x.c, y.c), vaddq_s32(x.d, y.d)};
  }
  template <int N>
  static Ints shift_left(Ints x) noexcept {
    return {vshlq_n_s32(x.a, N), vshlq_n_s32(x.b, N), vshlq_n_s32(x.c, N), vshlq_n_s32(x.d, N)};
  }
  template <int N>
  static Ints shift_right(Ints x) noexcept {
    return {unsigned_shift<N>(x.a), unsigned_shift<N>(x.b), unsigned_shift<N>(x.c), unsigned_shift<N>(x.d)};
  }
  static Vector to_float(Ints x) noexcept {
    return {vcvtq_f32_s32(x.a), vcvtq_f32_s32(x.b), vcvtq_f32_s32(x.c), vcvtq_f32_s32(x.d)};
  }
  static Ints round_to_int(Vector v) noexcept {
    return {vcvtnq_s32_f32(v.a), vcvtnq_s32_f32(v.b), vcvtnq_s32_f32(v.c), vcvtnq_s32_f32(v.d)};
  }
  static void store_i8(std::int8_t* to, Ints x) noexcept {
    const int16x8_t low = vmovn_high_s32(vmovn_s32(x.a), x.b), high = vmovn_high_s32(vmovn_s32(x.c), x.d);
    vst1q_s8(to, vmovn_high_s16(vmovn_s16(low), high));
  }
  static Vector pick(Vector table, Ints index) noexcept {
    const uint8x16x4_t bytes = {vreinterpretq_u8_f32(table.a), vreinterpretq_u8_f32(table.b), vreinterpretq_u8_f32(table.c),
                                vreinterpretq_u8_f32(table.d)};
    return {pick_four(bytes, index.a), pick_four(bytes, index.b), pick_four(bytes, index.c), pick_four(bytes, index.d)};
  }
  static Ints bits_of(Vector v) noexcept {
    return {vreinterpretq_s32_f32(v.a), vreinterpretq_s32_f32(v.b), vreinterpretq_s32_f32(v.c), vreinterpretq_s32_f32(v.d)};
  }
  static Vector from_bits(Ints x) noexcept {
    return {vreinterpretq_f32_s32(x.a), vreinterpretq_f32_s32(x.b), vreinterpretq_f32_s32(x.c), vreinterpretq_f32_s32(x.d)};
  }

 private:
  struct Halves {  // the first n 16-bit elements, zeros above
    Halves(const void* from, int n) noexcept { std::memcpy(lanes, from, sizeof(std::uint16_t) * static_cast<std::size_t>(n)); }
    alignas(16) std::uint16_t lanes[16] = {};
  };
  static uint8x16_t sixteen_bytes(const void* from, int offset = 0) noexcept {
    return vld1q_u8(static_cast<const std::uint8_t*>(from) + offset);
  }
  static Vector all(float32x4_t four) noexcept { return {four, four, four, four}; }
  // g++ 12 takes the intrinsics of these three for calls that may read memory: loops would store every sum of a tile each time.
  static float32x4_t fma_four(float32x4_t x, float32x4_t y, float32x4_t z) noexcept {
    asm("fmla %0.4s, %1.4s, %2.4s" : "+w"(z) : "w"(x), "w"(y));
    return z;
  }
  static float32x4_t widen_low(float16x8_t halves) noexcept {
    float32x4_t four;
    asm("fcvtl %0.4s, %1.4h" : "=w"(four) : "w"(halves));
    return four;
  }
  static float32x4_t widen_high(float16x8_t halves) noexcept {
    float32x4_t four;
    asm("fcvtl2 %0.4s, %1.8h" : "=w"(four) : "w"(halves));
    return four;
  }
  // fmin and fmax would give NaN where either is NaN, and order zeros by their sign: the twin does neither.
  static float32x4_t least(float32x4_t x, float32x4_t y) noexcept { return vbslq_f32(vcltq_f32(x, y), x, y); }
  static float32x4_t most(float32x4_t x, float32x4_t y) noexcept { return vbslq_f32(vcgtq_f32(x, y), x, y); }
  static float32x4_t clear(uint32x4_t where, float32x4_t v) noexcept {
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(v), where));
  }
  static float32x4_t fold_to_four(Vector v) noexcept { return vaddq_f32(vaddq_f32(v.a, v.c), vaddq_f32(v.b, v.d)); }
  static float32x4_t fold_to_two(float32x4_t x, float32x4_t y) noexcept {  // x0 + x2, x1 + x3, y0 + y2, y1 + y3
    return vaddq_f32(vcombine_f32(vget_low_f32(x), vget_low_f32(y)), vcombine_f32(vget_high_f32(x), vget_high_f32(y)));
  }
  template <int N>
  static int32x4_t unsigned_shift(int32x4_t x) noexcept {
    if constexpr (N == 0) return x;
    return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(x), N == 0 ? 1 : N));
  }
  // The table instruction picks bytes: float i is bytes 4i … 4i + 3 of the 64.
  static float32x4_t pick_four(uint8x16x4_t table, int32x4_t index) noexcept {
    const uint32x4_t bytes = vmlaq_n_u32(vdupq_n_u32(0x03020100u), vreinterpretq_u32_s32(index), 0x04040404u);
    return vreinterpretq_f32_u8(vqtbl4q_u8(table, vreinterpretq_u8_u32(bytes)));
  }
};

}  // namespace reckon
