// Sixteen 32-bit words in one AVX-512 register, for products of quantised weights; needs VNNI. Interface and meaning:
// words_scalar.h. Include only from *_avx512.cpp.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct Avx512Words {
  using Words = __m512i;
  using Floats = __m512;
  static constexpr int kOutputs = 16;
  static constexpr int kTileRows = 4;       // by two panels: 8 integer and 16 float accumulators of 32 registers
  static constexpr int kValueTileRows = 8;  // by two panels: 16 accumulators
  static constexpr int kTilePanels = 2;
  static constexpr bool kUnsignedCodes = true;
  static constexpr int kUnpackingCost = 1;

  static Words load(const std::byte* from) noexcept { return _mm512_loadu_si512(from); }
  static Words load_u16(const std::byte* from) noexcept {
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static Words set(std::int32_t value) noexcept { return _mm512_set1_epi32(value); }
  static Words broadcast(const void* from) noexcept {
    std::int32_t word;
    std::memcpy(&word, from, sizeof word);
    return _mm512_set1_epi32(word);
  }
  static Words zero() noexcept { return _mm512_setzero_si512(); }
  static Words bit_and(Words a, Words b) noexcept { return _mm512_and_si512(a, b); }
  static Words bit_or(Words a, Words b) noexcept { return _mm512_or_si512(a, b); }
  static Words bit_xor(Words a, Words b) noexcept { return _mm512_xor_si512(a, b); }
  template <int N>
  static Words shift(Words a) noexcept {
    if constexpr (N > 0) return _mm512_srli_epi32(a, N);
    if constexpr (N < 0) return _mm512_slli_epi32(a, -N);
    return a;
  }
  template <int N>
  static Words shift_signed(Words a) noexcept {
    return _mm512_srai_epi32(a, N);
  }
  static Words lookup(const std::int8_t* table, Words indices) noexcept {
    const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(sixteen), indices);
  }

  static Words dot(Words sum, Words codes, Words x) noexcept { return _mm512_dpbusd_epi32(sum, codes, x); }
  static Words dot_pairs(Words sum, Words a, Words b) noexcept { return _mm512_dpwssd_epi32(sum, a, b); }

  static Floats zero_floats() noexcept { return _mm512_setzero_ps(); }
  static Floats broadcast_float(float value) noexcept { return _mm512_set1_ps(value); }
  static Floats to_float(Words a) noexcept { return _mm512_cvtepi32_ps(a); }
  static Floats from_bits(Words a) noexcept { return _mm512_castsi512_ps(a); }
  static Floats load_f16(const std::byte* from) noexcept {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static Floats load_floats(const float* from, int n) noexcept { return _mm512_maskz_loadu_ps(first(n), from); }
  static Floats multiply(Floats a, Floats b) noexcept { return _mm512_mul_ps(a, b); }
  static Floats add(Floats a, Floats b) noexcept { return _mm512_add_ps(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) noexcept { return _mm512_fmadd_ps(a, b, c); }
  static Floats fma_negated(Floats a, Floats b, Floats c) noexcept { return _mm512_fnmadd_ps(a, b, c); }
  static void store(float* to, Floats v, int n) noexcept { _mm512_mask_storeu_ps(to, first(n), v); }

  // The compiler moves its own prefetches to the head of a block, all together.
  static void prefetch(const std::byte* from, Words& after) noexcept { asm volatile("prefetcht1 %1" : "+v"(after) : "m"(*from)); }
  static void prefetch(const std::byte* from) noexcept { asm volatile("prefetcht1 %0" : : "m"(*from)); }

 private:
  static __mmask16 first(int n) noexcept { return static_cast<__mmask16>((1u << n) - 1u); }
};

}  // namespace reckon
