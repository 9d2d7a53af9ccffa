// Sixteen 32-bit words in plain C++: the twin that defines what the words of every instruction set compute, bit for bit.
// A word is the four bytes of one output, so that one broadcast of four activations meets all outputs of a panel.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/half.h"

namespace reckon {

struct ScalarWords {
  static constexpr int kOutputs = 16;            // words in a register: outputs of a panel
  static constexpr int kTileRows = 1;            // rows that share a weight on its way through the registers
  static constexpr int kValueTileRows = 1;       // the same for plain weights
  static constexpr int kTilePanels = 1;          // panels that share a broadcast
  static constexpr bool kUnsignedCodes = false;  // true: dot() only, signed codes must be offset by 128
  static constexpr int kUnpackingCost = 1;       // multiplies the rows from which on panels are unpacked
  struct Words {
    std::uint32_t word[kOutputs];
  };
  struct Floats {
    float lane[kOutputs];
  };

  static Words load(const std::byte* from) noexcept {  // kOutputs words, no alignment needed
    Words v;
    std::memcpy(v.word, from, sizeof v.word);
    return v;
  }
  static Words load_u16(const std::byte* from) noexcept {  // kOutputs unsigned halves
    std::uint16_t halves[kOutputs];
    std::memcpy(halves, from, sizeof halves);
    return each([&](int i) { return std::uint32_t{halves[i]}; });
  }
  static Words set(std::int32_t value) noexcept {
    return each([&](int) { return static_cast<std::uint32_t>(value); });
  }
  static Words broadcast(const void* from) noexcept {  // four bytes to every word
    std::int32_t word;
    std::memcpy(&word, from, sizeof word);
    return set(word);
  }
  static Words zero() noexcept { return set(0); }
  static Words bit_and(Words a, Words b) noexcept {
    return each([&](int i) { return a.word[i] & b.word[i]; });
  }
  static Words bit_or(Words a, Words b) noexcept {
    return each([&](int i) { return a.word[i] | b.word[i]; });
  }
  static Words bit_xor(Words a, Words b) noexcept {
    return each([&](int i) { return a.word[i] ^ b.word[i]; });
  }
  template <int N>
  static Words shift(Words a) noexcept {  // to the right where N > 0, to the left where N < 0; zeros come in
    return each([&](int i) { return N >= 0 ? a.word[i] >> (N & 31) : a.word[i] << (-N & 31); });
  }
  template <int N>
  static Words shift_signed(Words a) noexcept {  // to the right, the sign comes in
    return each([&](int i) { return static_cast<std::uint32_t>(static_cast<std::int32_t>(a.word[i]) >> N); });
  }
  static Words lookup(const std::int8_t* table, Words indices) noexcept {  // each byte of 0..15 becomes table[byte]
    return each([&](int i) {
      std::uint32_t word = 0;
      for (int j = 0; j < 4; ++j) word |= std::uint32_t{static_cast<std::uint8_t>(table[byte(indices, i, j) & 15])} << (8 * j);
      return word;
    });
  }

  // sum + the sum of codes[j] * x[j] over the four bytes; codes are unsigned, at most 127 (255 with kUnsignedCodes).
  static Words dot(Words sum, Words codes, Words x) noexcept {
    return each([&](int i) {
      std::uint32_t total = sum.word[i];
      for (int j = 0; j < 4; ++j) total += static_cast<std::uint32_t>(byte(codes, i, j) * signed_byte(x, i, j));
      return total;
    });
  }
  static Words dot_signed(Words sum, Words codes, Words x) noexcept {  // codes are signed; not with kUnsignedCodes
    return each([&](int i) {
      std::uint32_t total = sum.word[i];
      for (int j = 0; j < 4; ++j) total += static_cast<std::uint32_t>(signed_byte(codes, i, j) * signed_byte(x, i, j));
      return total;
    });
  }
  static Words dot_pairs(Words sum, Words a, Words b) noexcept {  // the same over two signed 16-bit values
    return each([&](int i) {
      const auto low = [](std::uint32_t word) { return static_cast<std::int32_t>(static_cast<std::int16_t>(word)); };
      const auto high = [](std::uint32_t word) { return static_cast<std::int32_t>(static_cast<std::int16_t>(word >> 16)); };
      return sum.word[i] + static_cast<std::uint32_t>(low(a.word[i]) * low(b.word[i])) +
             static_cast<std::uint32_t>(high(a.word[i]) * high(b.word[i]));
    });
  }

  static Floats zero_floats() noexcept { return broadcast_float(0.0f); }
  static Floats broadcast_float(float value) noexcept {
    return each_float([&](int) { return value; });
  }
  static Floats to_float(Words a) noexcept {  // of signed words
    return each_float([&](int i) { return static_cast<float>(static_cast<std::int32_t>(a.word[i])); });
  }
  static Floats from_bits(Words a) noexcept {
    return each_float([&](int i) { return std::bit_cast<float>(a.word[i]); });
  }
  static Floats load_f16(const std::byte* from) noexcept {  // kOutputs halves
    std::uint16_t halves[kOutputs];
    std::memcpy(halves, from, sizeof halves);
    return each_float([&](int i) { return f16_to_f32(halves[i]); });
  }
  static Floats load_floats(const float* from, int n) noexcept {  // the first n, zeros above
    return each_float([&](int i) { return i < n ? from[i] : 0.0f; });
  }
  static Floats multiply(Floats a, Floats b) noexcept {
    return each_float([&](int i) { return a.lane[i] * b.lane[i]; });
  }
  static Floats add(Floats a, Floats b) noexcept {
    return each_float([&](int i) { return a.lane[i] + b.lane[i]; });
  }
  static Floats fma(Floats a, Floats b, Floats c) noexcept {  // a * b + c, rounded once
    return each_float([&](int i) { return __builtin_fmaf(a.lane[i], b.lane[i], c.lane[i]); });
  }
  static Floats fma_negated(Floats a, Floats b, Floats c) noexcept {  // -(a * b) + c
    return each_float([&](int i) { return __builtin_fmaf(-a.lane[i], b.lane[i], c.lane[i]); });
  }
  static void store(float* to, Floats v, int n) noexcept {  // the first n
    std::memcpy(to, v.lane, sizeof(float) * static_cast<std::size_t>(n));
  }

  static void prefetch(const std::byte*, Words& /*after*/) noexcept {}  // into the second-level cache, once `after` is known
  static void prefetch(const std::byte*) noexcept {}

 private:
  static int byte(const Words& v, int i, int j) noexcept { return static_cast<int>((v.word[i] >> (8 * j)) & 255u); }
  static int signed_byte(const Words& v, int i, int j) noexcept { return static_cast<std::int8_t>(byte(v, i, j)); }
  template <typename Function>
  static Words each(Function function) noexcept {
    Words v;
    for (int i = 0; i < kOutputs; ++i) v.word[i] = function(i);
    return v;
  }
  template <typename Function>
  static Floats each_float(Function function) noexcept {
    Floats v;
    for (int i = 0; i < kOutputs; ++i) v.lane[i] = function(i);
    return v;
  }
};

}  // namespace reckon
