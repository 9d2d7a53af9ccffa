// Sixteen f32 lanes in plain C++: the twin that defines what every other instruction set must compute, bit for bit.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/half.h"

namespace reckon {

// The interface of all lanes types. "first n" loads read n < 16 elements and give zeros above; no pointer need be aligned.
struct ScalarLanes {
  struct Vector {
    float lane[16];
  };
  struct Ints {
    std::int32_t lane[16];
  };
  static constexpr int kTileOutputs = 2;  // register tile of the matrix kernel
  static constexpr int kTileRows = 2;
  static constexpr int kTileQueries = 2;
  static constexpr int kSumChains =
      12;  // independent sums of the f32 ceiling: more than latency times units, fewer than registers

  static Vector broadcast(float value) noexcept {
    return each([&](int) { return value; });
  }
  static Vector zero() noexcept { return broadcast(0.0f); }
  static Vector load(const void* from) noexcept {
    Vector v;
    std::memcpy(v.lane, from, sizeof v.lane);
    return v;
  }
  static Vector load_first(const void* from, int n) noexcept {
    Vector v = zero();
    std::memcpy(v.lane, from, sizeof(float) * static_cast<std::size_t>(n));
    return v;
  }
  static void store(float* to, Vector v) noexcept { std::memcpy(to, v.lane, sizeof v.lane); }
  static void store_first(float* to, Vector v, int n) noexcept {
    std::memcpy(to, v.lane, sizeof(float) * static_cast<std::size_t>(n));
  }

  static Vector load_f16(const void* from) noexcept { return load_f16_first(from, 16); }
  static Vector load_f16_first(const void* from, int n) noexcept {
    std::uint16_t halves[16] = {};
    std::memcpy(halves, from, sizeof(std::uint16_t) * static_cast<std::size_t>(n));
    return each([&](int i) { return f16_to_f32(halves[i]); });
  }
  static Vector load_bf16(const void* from) noexcept { return load_bf16_first(from, 16); }
  static Vector load_bf16_first(const void* from, int n) noexcept {
    std::uint16_t halves[16] = {};
    std::memcpy(halves, from, sizeof(std::uint16_t) * static_cast<std::size_t>(n));
    return each([&](int i) { return bf16_to_f32(halves[i]); });
  }
  static void store_f16_first(void* to, Vector v, int n) noexcept {
    std::uint16_t halves[16];
    for (int i = 0; i < 16; ++i) halves[i] = f32_to_f16(v.lane[i]);
    std::memcpy(to, halves, sizeof(std::uint16_t) * static_cast<std::size_t>(n));
  }

  static Vector add(Vector a, Vector b) noexcept {
    return each([&](int i) { return a.lane[i] + b.lane[i]; });
  }
  static Vector subtract(Vector a, Vector b) noexcept {
    return each([&](int i) { return a.lane[i] - b.lane[i]; });
  }
  static Vector multiply(Vector a, Vector b) noexcept {
    return each([&](int i) { return a.lane[i] * b.lane[i]; });
  }
  static Vector divide(Vector a, Vector b) noexcept {
    return each([&](int i) { return a.lane[i] / b.lane[i]; });
  }
  static Vector fma(Vector a, Vector b, Vector c) noexcept {  // a * b + c, rounded once
    return each([&](int i) { return __builtin_fmaf(a.lane[i], b.lane[i], c.lane[i]); });
  }
  static Vector min(Vector a, Vector b) noexcept {  // b where either is NaN, as the instruction does
    return each([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
  }
  static Vector max(Vector a, Vector b) noexcept {  // b where either is NaN
    return each([&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
  }
  static Vector zero_where_less(Vector a, Vector limit, Vector v) noexcept {  // a < limit ? 0 : v
    return each([&](int i) { return a.lane[i] < limit.lane[i] ? 0.0f : v.lane[i]; });
  }

  // The one order of a horizontal sum: lane i + lane i+8, then +4, +2, +1.
  static float fold(Vector v) noexcept {
    for (int half = 8; half > 0; half /= 2) {
      for (int i = 0; i < half; ++i) v.lane[i] = v.lane[i] + v.lane[i + half];
    }
    return v.lane[0];
  }
  static void fold4(const Vector* v, float* to) noexcept {  // to[i] = fold(v[i])
    for (int i = 0; i < 4; ++i) to[i] = fold(v[i]);
  }
  static void prefetch(const std::byte*, Vector& /*after*/) noexcept {}  // into the second-level cache, once `after` is known
  static float fold_max(Vector v) noexcept {
    for (int half = 8; half > 0; half /= 2) {
      for (int i = 0; i < half; ++i) v.lane[i] = v.lane[i] > v.lane[i + half] ? v.lane[i] : v.lane[i + half];
    }
    return v.lane[0];
  }

  static float f16(const std::byte* from) noexcept {  // one field
    std::uint16_t half;
    std::memcpy(&half, from, sizeof half);
    return f16_to_f32(half);
  }
  static Ints load_u8(const std::byte* from) noexcept {
    return each_int([&](int i) { return static_cast<std::int32_t>(from[i]); });
  }
  static Ints load_i8(const std::byte* from) noexcept {
    return each_int([&](int i) { return static_cast<std::int32_t>(static_cast<std::int8_t>(from[i])); });
  }
  static Ints broadcast_int(std::int32_t value) noexcept {
    return each_int([&](int) { return value; });
  }
  static Ints spread_bits(std::uint32_t bits) noexcept {  // lane i = bit i, 0 or 1
    return each_int([&](int i) { return static_cast<std::int32_t>((bits >> i) & 1u); });
  }
  static Ints bit_and(Ints a, Ints b) noexcept {
    return each_int([&](int i) { return a.lane[i] & b.lane[i]; });
  }
  static Ints bit_or(Ints a, Ints b) noexcept {
    return each_int([&](int i) { return a.lane[i] | b.lane[i]; });
  }
  static Ints add_int(Ints a, Ints b) noexcept {
    return each_int([&](int i) { return static_cast<std::int32_t>(bits(a, i) + bits(b, i)); });
  }
  template <int N>
  static Ints shift_left(Ints a) noexcept {
    return each_int([&](int i) { return static_cast<std::int32_t>(bits(a, i) << N); });
  }
  template <int N>
  static Ints shift_right(Ints a) noexcept {  // zeros come in
    return each_int([&](int i) { return static_cast<std::int32_t>(bits(a, i) >> N); });
  }
  static Vector to_float(Ints a) noexcept {
    return each([&](int i) { return static_cast<float>(a.lane[i]); });
  }
  static Ints round_to_int(Vector v) noexcept {  // to nearest even; |v| < 2^31
    return each_int([&](int i) { return static_cast<std::int32_t>(__builtin_rintf(v.lane[i])); });
  }
  static void store_i8(std::int8_t* to, Ints a) noexcept {  // the low byte of each lane
    for (int i = 0; i < 16; ++i) to[i] = static_cast<std::int8_t>(a.lane[i]);
  }
  static Vector pick(Vector table, Ints index) noexcept {  // table[index], 0 <= index < 16
    return each([&](int i) { return table.lane[index.lane[i]]; });
  }
  static Ints bits_of(Vector v) noexcept {
    return each_int([&](int i) { return std::bit_cast<std::int32_t>(v.lane[i]); });
  }
  static Vector from_bits(Ints a) noexcept {
    return each([&](int i) { return std::bit_cast<float>(a.lane[i]); });
  }

 private:
  static std::uint32_t bits(const Ints& a, int i) noexcept { return static_cast<std::uint32_t>(a.lane[i]); }
  template <typename Function>
  static Vector each(Function function) noexcept {
    Vector v;
    for (int i = 0; i < 16; ++i) v.lane[i] = function(i);
    return v;
  }
  template <typename Function>
  static Ints each_int(Function function) noexcept {
    Ints v;
    for (int i = 0; i < 16; ++i) v.lane[i] = function(i);
    return v;
  }
};

}  // namespace reckon
