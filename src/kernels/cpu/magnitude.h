// How large a vector is, before it is rounded to int8.
#pragma once

namespace reckon {

struct Magnitude {
  float largest;
  float poison;  // 0, or NaN where an element is infinite or NaN

  // Far below, the inverse would overflow; such a vector is as good as zero.
  [[gnu::always_inline]] bool countable() const noexcept { return poison == 0.0f && largest >= 1e-30f; }
};

// Of elements load(0), load(16), … below `count`, sixteen lanes each, zeros behind the end.
template <typename Lanes, typename Load>
[[gnu::always_inline]] inline Magnitude magnitude(int count, Load&& load) noexcept {
  const auto magnitude_bits = Lanes::broadcast_int(0x7FFFFFFF);
  auto largest = Lanes::zero();
  auto poison = Lanes::zero();  // 0 * x is NaN for infinities and NaN
  for (int i = 0; i < count; i += 16) {
    const auto v = load(i);
    largest = Lanes::max(Lanes::from_bits(Lanes::bit_and(Lanes::bits_of(v), magnitude_bits)), largest);
    poison = Lanes::fma(v, Lanes::zero(), poison);
  }
  return {Lanes::fold_max(largest), Lanes::fold(poison)};
}

}  // namespace reckon
