// Eight 32-bit words in one AVX2 register, for products of quantised weights. Interface and meaning: words_scalar.h.
// Include only from *_avx2.cpp.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

struct Avx2Words {
  using Words = __m256i;
  using Floats = __m256;
  static constexpr int kOutputs = 8;
  static constexpr int kTileRows = 4;       // 4 integer and 8 float accumulators of 16 registers
  static constexpr int kValueTileRows = 8;  // 8 accumulators; a step of bf16 pairs needs 4 more registers
  static constexpr int kTilePanels = 1;
  static constexpr bool kUnsignedCodes = false;
  static constexpr int kUnpackingCost = 4;

  static Words load(const std::byte* from) noexcept { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  static Words load_u16(const std::byte* from) noexcept {
    return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static Words set(std::int32_t value) noexcept { return _mm256_set1_epi32(value); }
  static Words broadcast(const void* from) noexcept {
    std::int32_t word;
    std::memcpy(&word, from, sizeof word);
    return _mm256_set1_epi32(word);
  }
  static Words zero() noexcept { return _mm256_setzero_si256(); }
  static Words bit_and(Words a, Words b) noexcept { return _mm256_and_si256(a, b); }
  static Words bit_or(Words a, Words b) noexcept { return _mm256_or_si256(a, b); }
  static Words bit_xor(Words a, Words b) noexcept { return _mm256_xor_si256(a, b); }
  template <int N>
  static Words shift(Words a) noexcept {
    if constexpr (N > 0) return _mm256_srli_epi32(a, N);
    if constexpr (N < 0) return _mm256_slli_epi32(a, -N);
    return a;
  }
  template <int N>
  static Words shift_signed(Words a) noexcept {
    return _mm256_srai_epi32(a, N);
  }
  static Words lookup(const std::int8_t* table, Words indices) noexcept {
    const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(sixteen), indices);
  }

  // Pairs of products stay below 2^15, because codes have at most seven bits and x is at least -127.
  static Words dot(Words sum, Words codes, Words x) noexcept { return add_pairs(sum, _mm256_maddubs_epi16(codes, x)); }
  // |codes| as the unsigned operand takes -128 too; x never is -128, so that its sign can be changed.
  static Words dot_signed(Words sum, Words codes, Words x) noexcept {
    return add_pairs(sum, _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(x, codes)));
  }
  static Words dot_pairs(Words sum, Words a, Words b) noexcept { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }

  static Floats zero_floats() noexcept { return _mm256_setzero_ps(); }
  static Floats broadcast_float(float value) noexcept { return _mm256_set1_ps(value); }
  static Floats to_float(Words a) noexcept { return _mm256_cvtepi32_ps(a); }
  static Floats from_bits(Words a) noexcept { return _mm256_castsi256_ps(a); }
  static Floats load_f16(const std::byte* from) noexcept {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static Floats load_floats(const float* from, int n) noexcept { return _mm256_maskload_ps(from, first(n)); }
  static Floats multiply(Floats a, Floats b) noexcept { return _mm256_mul_ps(a, b); }
  static Floats add(Floats a, Floats b) noexcept { return _mm256_add_ps(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) noexcept { return _mm256_fmadd_ps(a, b, c); }
  static Floats fma_negated(Floats a, Floats b, Floats c) noexcept { return _mm256_fnmadd_ps(a, b, c); }
  static void store(float* to, Floats v, int n) noexcept { _mm256_maskstore_ps(to, first(n), v); }

  // The compiler moves its own prefetches to the head of a block, all together.
  static void prefetch(const std::byte* from, Words& after) noexcept { asm volatile("prefetcht1 %1" : "+x"(after) : "m"(*from)); }
  static void prefetch(const std::byte* from) noexcept { asm volatile("prefetcht1 %0" : : "m"(*from)); }

 private:
  static Words add_pairs(Words sum, Words pairs) noexcept {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  static __m256i first(int n) noexcept {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
};

}  // namespace reckon
