// TQ1_0: 256 trits, five to a byte, and one scale. Bytes of five trits at 0..47, of four at 48..51, d f16 at 52; value
// d * (trit - 1). A byte is its trits, read as a fraction in base 3, times 256 and rounded up: multiplying by 3 moves the next
// trit into the ninth bit. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/tq2_0.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct TQ1_0 {
  static constexpr DType type = DType::tq1_0;
  static constexpr int elements = 256;
  static constexpr int bytes = 54;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block + 52));
    unpack_fives<Lanes>(d, block, 32, out);  // elements 0..159: bytes 0..31 hold trit 0 of 32 elements, then trit 1 …
    unpack_fives<Lanes>(d, block + 16, 32, out + 16);
    unpack_fives<Lanes>(d, block + 32, 16, out + 160);
    std::byte last[16];  // elements 240..255: trit n of byte k is element 4n + k
    for (int i = 0; i < 16; ++i) last[i] = shifted(block[48 + i % 4], i / 4);
    store_trits<Lanes>(d, Lanes::load_u8(last), out + 240);
  }

  // Unpacked to bit pairs, as TQ2_0 is: a fifth more memory, for codes that need no multiplication.
  struct Panel : TQ2_0::Panel {
    static constexpr int half_count = 1;
    static constexpr int word_count = 16;
    static std::uint16_t pack_half(int, const std::byte* block) noexcept { return stored_half(block + 52); }
    static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
      std::uint32_t word = 0;
      for (int byte = 0; byte < 4; ++byte) {
        for (int run = 0; run < 4; ++run) {
          word |= trit(block, index / 8 * 128 + 32 * run + index % 8 * 4 + byte) << (8 * byte + 2 * run);
        }
      }
      return word;
    }
  };

 private:
  [[gnu::always_inline]] static std::uint32_t trit(const std::byte* block, int element) noexcept {
    int byte = 0, digit = 0;
    if (element < 160) {
      byte = element % 32;
      digit = element / 32;
    } else if (element < 240) {
      byte = 32 + (element - 160) % 16;
      digit = (element - 160) / 16;
    } else {
      byte = 48 + (element - 240) % 4;
      digit = (element - 240) / 4;
    }
    constexpr std::uint32_t kPowers[5] = {1, 3, 9, 27, 81};
    return ((static_cast<std::uint32_t>(block[byte]) * kPowers[digit] & 255u) * 3u) >> 8;
  }

  // The five trits of sixteen bytes: `stride` elements from one trit of a byte to the next.
  template <typename Lanes>
  static void unpack_fives(typename Lanes::Vector d, const std::byte* from, int stride, float* out) noexcept {
    auto rest = Lanes::load_u8(from);
    for (int n = 0; n < 5; ++n) {
      store_trits<Lanes>(d, rest, out + stride * n);
      rest = Lanes::bit_and(times_three<Lanes>(rest), Lanes::broadcast_int(255));
    }
  }

  template <typename Lanes>
  static void store_trits(typename Lanes::Vector d, typename Lanes::Ints rest, float* out) noexcept {
    const auto trit = Lanes::to_float(Lanes::template shift_right<8>(times_three<Lanes>(rest)));
    Lanes::store(out, Lanes::multiply(d, Lanes::subtract(trit, Lanes::broadcast(1.0f))));
  }

  template <typename Lanes>
  static typename Lanes::Ints times_three(typename Lanes::Ints value) noexcept {
    return Lanes::add_int(value, Lanes::template shift_left<1>(value));
  }

  // The byte after its first n trits were taken.
  [[gnu::always_inline]] static std::byte shifted(std::byte packed, int n) noexcept {
    constexpr unsigned kPowers[4] = {1, 3, 9, 27};
    return static_cast<std::byte>(static_cast<unsigned>(packed) * kPowers[n]);
  }
};

}  // namespace reckon::blocks
