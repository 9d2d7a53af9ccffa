// The types that keys and values are stored as. To add one: its struct here and its name in KvTypeList; the layout of pages,
// their cost, the kernels of every instruction set and --kv-type follow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "kernels/blocks/registry.h"
#include "kernels/cpu/magnitude.h"
#include "kernels/half.h"

namespace reckon {

// What the structs below say, as a row of a table.
struct KvType {
  DType type;
  std::string_view name;  // as --kv-type writes it
  int element_bytes;
  int scale_bytes;  // of one head's key or value of one slot; 0: elements stand for themselves
};

// Of each: load and load_first give elements as lanes; store rounds `count` floats, one head's key or value of one slot, to
// `elements` and, where the type has any, their f32 scale to `scale`.
struct KvF32 : blocks::F32 {
  static constexpr std::string_view name = "f32";
  static constexpr int scale_bytes = 0;

  template <typename Lanes>
  static void store(const float* in, int count, std::byte* elements, std::byte* /*scale*/) noexcept {
    std::memcpy(elements, in, sizeof(float) * static_cast<std::size_t>(count));
  }
};

struct KvF16 : blocks::F16 {
  static constexpr std::string_view name = "f16";
  static constexpr int scale_bytes = 0;

  template <typename Lanes>
  static void store(const float* in, int count, std::byte* elements, std::byte* /*scale*/) noexcept {
    for (int i = 0; i < count; i += 16) {
      const int n = count - i < 16 ? count - i : 16;
      Lanes::store_f16_first(elements + 2 * i, Lanes::load_first(in + i, n), n);
    }
  }
};

struct KvBF16 : blocks::BF16 {  // the range of f32 with 8 bits of mantissa
  static constexpr std::string_view name = "bf16";
  static constexpr int scale_bytes = 0;

  template <typename Lanes>
  static void store(const float* in, int count, std::byte* elements, std::byte* /*scale*/) noexcept {
    for (int i = 0; i < count; ++i) {  // shifts and sums of whole numbers: the compiler fills the set's lanes with them
      const std::uint16_t half = f32_to_bf16(in[i]);
      std::memcpy(elements + 2 * i, &half, sizeof half);
    }
  }
};

// value[i] ≈ scale * element[i], scale = largest magnitude / 127, elements rounded to nearest even. Whatever holds NaN or an
// infinity gets a NaN scale, so that its scores, or what it is a summand of, are NaN too.
struct KvInt8 {
  static constexpr DType type = DType::i8;
  static constexpr std::string_view name = "int8";
  static constexpr int bytes = 1;
  static constexpr int scale_bytes = 4;

  template <typename Lanes>
  static typename Lanes::Vector load(const std::byte* from) noexcept {
    return Lanes::to_float(Lanes::load_i8(from));
  }
  template <typename Lanes>
  static typename Lanes::Vector load_first(const std::byte* from, int n) noexcept {
    std::byte elements[16] = {};
    std::memcpy(elements, from, static_cast<std::size_t>(n));
    return load<Lanes>(elements);
  }

  template <typename Lanes>
  static void store(const float* in, int count, std::byte* elements, std::byte* scale) noexcept {
    const auto load_floats = [&](int i) __attribute__((always_inline)) {
      return i + 16 <= count ? Lanes::load(in + i) : Lanes::load_first(in + i, count - i);
    };
    const Magnitude size = magnitude<Lanes>(count, load_floats);
    const bool finite = size.poison == 0.0f, countable = size.countable();
    const auto inverse = Lanes::broadcast(countable ? 127.0f / size.largest : 0.0f);
    for (int i = 0; i < count; i += 16) {
      std::int8_t rounded[16];
      Lanes::store_i8(rounded, Lanes::round_to_int(countable ? Lanes::multiply(load_floats(i), inverse) : Lanes::zero()));
      std::memcpy(elements + i, rounded, static_cast<std::size_t>(count - i < 16 ? count - i : 16));
    }
    const float factor = countable ? size.largest / 127.0f
                         : finite  ? 0.0f
                                   : __builtin_nanf("");  // one NaN for all instruction sets
    std::memcpy(scale, &factor, sizeof factor);
  }
};

using KvTypeList = TypeList<KvF16, KvBF16, KvF32, KvInt8>;  // as listed to the user

template <typename... Types>
constexpr std::array<KvType, sizeof...(Types)> kv_type_rows(TypeList<Types...>) {
  return {KvType{Types::type, Types::name, Types::bytes, Types::scale_bytes}...};
}
inline constexpr std::array kKvTypes = kv_type_rows(KvTypeList{});

// Position in KvTypeList, or -1 for a type that keys and values cannot be stored as. Always inlined: see kernels/cpu/table.h.
[[gnu::always_inline]] constexpr int kv_type_index(DType type) noexcept {
  for (int i = 0; i < KvTypeList::size; ++i) {
    if (kKvTypes[static_cast<std::size_t>(i)].type == type) return i;
  }
  return -1;
}
// The row of a type; null for one that keys and values cannot be stored as.
[[gnu::always_inline]] constexpr const KvType* find_kv_type(DType type) noexcept {
  const int index = kv_type_index(type);
  return index < 0 ? nullptr : &kKvTypes[static_cast<std::size_t>(index)];
}

}  // namespace reckon
