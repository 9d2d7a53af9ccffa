// Sixteen f32 lanes in two AVX2 registers (FMA and F16C too). Interface and meaning: lanes_scalar.h. Include only from
// *_avx2.cpp.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct Avx2Lanes {
  struct Vector {
    __m256 low, high;  // lanes 0..7, 8..15
  };
  struct Ints {
    __m256i low, high;
  };
  // 12 of 16 registers are accumulators.
  static constexpr int kTileOutputs = 2;
  static constexpr int kTileRows = 3;
  static constexpr int kTileQueries = 2;  // of attention: 8 registers of accumulators, 4 of keys or values
  static constexpr int kSumChains = 6;

  static Vector broadcast(float value) noexcept { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Vector zero() noexcept { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
  static Vector load(const void* from) noexcept {
    const auto* floats = static_cast<const float*>(from);
    return {_mm256_loadu_ps(floats), _mm256_loadu_ps(floats + 8)};
  }
  static Vector load_first(const void* from, int n) noexcept {
    alignas(32) float lanes[16] = {};
    std::memcpy(lanes, from, sizeof(float) * static_cast<std::size_t>(n));
    return load(lanes);
  }
  static void store(float* to, Vector v) noexcept {
    _mm256_storeu_ps(to, v.low);
    _mm256_storeu_ps(to + 8, v.high);
  }
  static void store_first(float* to, Vector v, int n) noexcept {
    alignas(32) float lanes[16];
    store(lanes, v);
    std::memcpy(to, lanes, sizeof(float) * static_cast<std::size_t>(n));
  }

  static Vector load_f16(const void* from) noexcept {
    const auto* halves = static_cast<const __m128i*>(from);
    return {_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_cvtph_ps(_mm_loadu_si128(halves + 1))};
  }
  static Vector load_f16_first(const void* from, int n) noexcept { return load_f16(Halves(from, n).lanes); }
  static Vector load_bf16(const void* from) noexcept {
    const auto* halves = static_cast<const __m128i*>(from);
    return {widen_bf16(_mm_loadu_si128(halves)), widen_bf16(_mm_loadu_si128(halves + 1))};
  }
  static Vector load_bf16_first(const void* from, int n) noexcept { return load_bf16(Halves(from, n).lanes); }
  static void store_f16_first(void* to, Vector v, int n) noexcept {
    alignas(16) std::uint16_t lanes[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(lanes), _mm256_cvtps_ph(v.low, _MM_FROUND_TO_NEAREST_INT));
    _mm_store_si128(reinterpret_cast<__m128i*>(lanes + 8), _mm256_cvtps_ph(v.high, _MM_FROUND_TO_NEAREST_INT));
    std::memcpy(to, lanes, sizeof(std::uint16_t) * static_cast<std::size_t>(n));
  }

  static Vector add(Vector a, Vector b) noexcept { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
  static Vector subtract(Vector a, Vector b) noexcept { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
  static Vector multiply(Vector a, Vector b) noexcept { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
  static Vector divide(Vector a, Vector b) noexcept { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
  static Vector fma(Vector a, Vector b, Vector c) noexcept {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  static Vector min(Vector a, Vector b) noexcept { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
  static Vector max(Vector a, Vector b) noexcept { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
  static Vector zero_where_less(Vector a, Vector limit, Vector v) noexcept {
    return {_mm256_andnot_ps(_mm256_cmp_ps(a.low, limit.low, _CMP_LT_OQ), v.low),
            _mm256_andnot_ps(_mm256_cmp_ps(a.high, limit.high, _CMP_LT_OQ), v.high)};
  }

  static float fold(Vector v) noexcept {
    const __m256 eight = _mm256_add_ps(v.low, v.high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static void fold4(const Vector* v, float* to) noexcept {
    for (int i = 0; i < 4; ++i) to[i] = fold(v[i]);
  }
  static void prefetch(const std::byte* from, Vector& after) noexcept {
    asm volatile("prefetcht1 %1" : "+x"(after.low) : "m"(*from));
  }
  static float fold_max(Vector v) noexcept {
    const __m256 eight = _mm256_max_ps(v.low, v.high);
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

  static float f16(const std::byte* from) noexcept {
    std::uint16_t half;
    std::memcpy(&half, from, sizeof half);
    return _cvtsh_ss(half);
  }
  static Ints load_u8(const std::byte* from) noexcept {
    const __m128i bytes = sixteen_bytes(from);
    return {_mm256_cvtepu8_epi32(bytes), _mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 8))};
  }
  static Ints load_i8(const std::byte* from) noexcept {
    const __m128i bytes = sixteen_bytes(from);
    return {_mm256_cvtepi8_epi32(bytes), _mm256_cvtepi8_epi32(_mm_srli_si128(bytes, 8))};
  }
  static Ints broadcast_int(std::int32_t value) noexcept { return {_mm256_set1_epi32(value), _mm256_set1_epi32(value)}; }
  static Ints spread_bits(std::uint32_t bits) noexcept {
    const __m256i all = _mm256_set1_epi32(static_cast<std::int32_t>(bits));
    const __m256i one = _mm256_set1_epi32(1);
    return {_mm256_and_si256(_mm256_srlv_epi32(all, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)), one),
            _mm256_and_si256(_mm256_srlv_epi32(all, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15)), one)};
  }
  static Ints bit_and(Ints a, Ints b) noexcept { return {_mm256_and_si256(a.low, b.low), _mm256_and_si256(a.high, b.high)}; }
  static Ints bit_or(Ints a, Ints b) noexcept { return {_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)}; }
  static Ints add_int(Ints a, Ints b) noexcept { return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)}; }
  template <int N>
  static Ints shift_left(Ints a) noexcept {
    return {_mm256_slli_epi32(a.low, N), _mm256_slli_epi32(a.high, N)};
  }
  template <int N>
  static Ints shift_right(Ints a) noexcept {
    return {_mm256_srli_epi32(a.low, N), _mm256_srli_epi32(a.high, N)};
  }
  static Vector to_float(Ints a) noexcept { return {_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)}; }
  static Ints round_to_int(Vector v) noexcept { return {_mm256_cvtps_epi32(v.low), _mm256_cvtps_epi32(v.high)}; }
  static void store_i8(std::int8_t* to, Ints a) noexcept {  // |lanes| < 128, so that saturating changes nothing
    const __m256i pairs = _mm256_permute4x64_epi64(_mm256_packs_epi32(a.low, a.high), 0xD8);
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  }
  static Vector pick(Vector table, Ints index) noexcept { return {pick_half(table, index.low), pick_half(table, index.high)}; }
  static Ints bits_of(Vector v) noexcept { return {_mm256_castps_si256(v.low), _mm256_castps_si256(v.high)}; }
  static Vector from_bits(Ints a) noexcept { return {_mm256_castsi256_ps(a.low), _mm256_castsi256_ps(a.high)}; }

 private:
  struct Halves {  // the first n 16-bit elements, zeros above
    Halves(const void* from, int n) noexcept { std::memcpy(lanes, from, sizeof(std::uint16_t) * static_cast<std::size_t>(n)); }
    alignas(16) std::uint16_t lanes[16] = {};
  };
  // The permutation looks at three bits of the index; the fourth says which half of the table is meant.
  static __m256 pick_half(Vector table, __m256i index) noexcept {
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(table.low, index), _mm256_permutevar8x32_ps(table.high, index),
                            _mm256_castsi256_ps(_mm256_slli_epi32(index, 28)));
  }
  static __m128i sixteen_bytes(const std::byte* from) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
  static __m256 widen_bf16(__m128i halves) noexcept {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
  }
};

}  // namespace reckon
