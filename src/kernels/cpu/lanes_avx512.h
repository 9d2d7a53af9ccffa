// Sixteen f32 lanes in one AVX-512 register. Interface and meaning: lanes_scalar.h. Include only from *_avx512.cpp.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct Avx512Lanes {
  using Vector = __m512;
  using Ints = __m512i;
  // 16 accumulators, 4 weights, 1 activation of 32 registers; 8 loads feed 16 multiplies.
  static constexpr int kTileOutputs = 4;
  static constexpr int kTileRows = 4;
  static constexpr int kTileQueries = 8;  // of attention: 16 accumulators, 2 keys or values
  static constexpr int kSumChains = 12;

  static __mmask16 first(int n) noexcept { return static_cast<__mmask16>((1u << n) - 1u); }

  static Vector broadcast(float value) noexcept { return _mm512_set1_ps(value); }
  static Vector zero() noexcept { return _mm512_setzero_ps(); }
  static Vector load(const void* from) noexcept { return _mm512_loadu_ps(from); }
  static Vector load_first(const void* from, int n) noexcept { return _mm512_maskz_loadu_ps(first(n), from); }
  static void store(float* to, Vector v) noexcept { _mm512_storeu_ps(to, v); }
  static void store_first(float* to, Vector v, int n) noexcept { _mm512_mask_storeu_ps(to, first(n), v); }

  static Vector load_f16(const void* from) noexcept {
    return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(from)));
  }
  static Vector load_f16_first(const void* from, int n) noexcept {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first(n), from));
  }
  static Vector load_bf16(const void* from) noexcept { return widen_bf16(_mm256_loadu_si256(static_cast<const __m256i*>(from))); }
  static Vector load_bf16_first(const void* from, int n) noexcept { return widen_bf16(_mm256_maskz_loadu_epi16(first(n), from)); }
  static void store_f16_first(void* to, Vector v, int n) noexcept {
    _mm256_mask_storeu_epi16(to, first(n), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }

  static Vector add(Vector a, Vector b) noexcept { return _mm512_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) noexcept { return _mm512_sub_ps(a, b); }
  static Vector multiply(Vector a, Vector b) noexcept { return _mm512_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) noexcept { return _mm512_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) noexcept { return _mm512_fmadd_ps(a, b, c); }
  static Vector min(Vector a, Vector b) noexcept { return _mm512_min_ps(a, b); }
  static Vector max(Vector a, Vector b) noexcept { return _mm512_max_ps(a, b); }
  static Vector zero_where_less(Vector a, Vector limit, Vector v) noexcept {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, limit, _CMP_NLT_UQ), v);
  }

  static float fold(Vector v) noexcept { return fold_quarter(quarters_sum(halves_sum(v))); }
  // Four folds side by side: each step adds the same pairs of lanes as fold, with the vectors sharing registers.
  static void fold4(const Vector* v, float* to) noexcept {
    const Vector a = _mm512_add_ps(_mm512_shuffle_f32x4(v[0], v[1], 0x44), _mm512_shuffle_f32x4(v[0], v[1], 0xEE));
    const Vector b = _mm512_add_ps(_mm512_shuffle_f32x4(v[2], v[3], 0x44), _mm512_shuffle_f32x4(v[2], v[3], 0xEE));
    const Vector c = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
    const Vector d = _mm512_add_ps(c, _mm512_permute_ps(c, 0x4E));
    const Vector e = _mm512_add_ps(d, _mm512_permute_ps(d, 0xB1));
    _mm_storeu_ps(to, _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, e)));
  }
  static void prefetch(const std::byte* from, Vector& after) noexcept {
    asm volatile("prefetcht1 %1" : "+v"(after) : "m"(*from));
  }
  static float fold_max(Vector v) noexcept {
    const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(v), upper(v));
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

  static float f16(const std::byte* from) noexcept {
    std::uint16_t half;
    std::memcpy(&half, from, sizeof half);
    return _cvtsh_ss(half);
  }
  static Ints load_u8(const std::byte* from) noexcept { return _mm512_cvtepu8_epi32(sixteen_bytes(from)); }
  static Ints load_i8(const std::byte* from) noexcept { return _mm512_cvtepi8_epi32(sixteen_bytes(from)); }
  static Ints broadcast_int(std::int32_t value) noexcept { return _mm512_set1_epi32(value); }
  static Ints spread_bits(std::uint32_t bits) noexcept { return _mm512_maskz_set1_epi32(static_cast<__mmask16>(bits), 1); }
  static Ints bit_and(Ints a, Ints b) noexcept { return _mm512_and_si512(a, b); }
  static Ints bit_or(Ints a, Ints b) noexcept { return _mm512_or_si512(a, b); }
  static Ints add_int(Ints a, Ints b) noexcept { return _mm512_add_epi32(a, b); }
  template <int N>
  static Ints shift_left(Ints a) noexcept {
    return _mm512_slli_epi32(a, N);
  }
  template <int N>
  static Ints shift_right(Ints a) noexcept {
    return _mm512_srli_epi32(a, N);
  }
  static Vector to_float(Ints a) noexcept { return _mm512_cvtepi32_ps(a); }
  static Ints round_to_int(Vector v) noexcept { return _mm512_cvtps_epi32(v); }
  static void store_i8(std::int8_t* to, Ints a) noexcept {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(a));
  }
  static Vector pick(Vector table, Ints index) noexcept { return _mm512_permutexvar_ps(index, table); }
  static Ints bits_of(Vector v) noexcept { return _mm512_castps_si512(v); }
  static Vector from_bits(Ints a) noexcept { return _mm512_castsi512_ps(a); }

 private:
  static __m128i sixteen_bytes(const std::byte* from) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
  static Vector widen_bf16(__m256i halves) noexcept {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
  }
  static __m256 upper(Vector v) noexcept { return _mm512_extractf32x8_ps(v, 1); }
  static __m256 halves_sum(Vector v) noexcept { return _mm256_add_ps(_mm512_castps512_ps256(v), upper(v)); }
  static __m128 quarters_sum(__m256 v) noexcept { return _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)); }
  static float fold_quarter(__m128 v) noexcept {
    const __m128 two = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
};

}  // namespace reckon
