// e^x in sixteen lanes, the same bits on every instruction set: x = n ln 2 + r, |r| <= ln 2 / 2, a polynomial for e^r, and n
// added to the exponent. Error below 1.5 ulp on [-87, 88]; below -87 the result is 0, above 88 it stays e^88; NaN gives NaN.
#pragma once

namespace reckon {

template <typename Lanes>
[[gnu::always_inline]] inline typename Lanes::Vector exp_lanes(typename Lanes::Vector x) noexcept {
  const auto lowest = Lanes::broadcast(-87.0f);
  const auto clamped = Lanes::max(lowest, Lanes::min(Lanes::broadcast(88.0f), x));  // this order of arguments lets NaN through
  // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits of the sum.
  const auto shifter = Lanes::broadcast(0x1.8p23f);
  const auto shifted = Lanes::fma(clamped, Lanes::broadcast(0x1.715476p0f), shifter);  // 1 / ln 2
  const auto n = Lanes::subtract(shifted, shifter);
  auto r = Lanes::fma(n, Lanes::broadcast(-0x1.62e4p-1f), clamped);  // ln 2 in two parts: n times the first is exact
  r = Lanes::fma(n, Lanes::broadcast(-0x1.7f7d1cp-20f), r);
  // e^r = 1 + r + r² P(r); P fitted by weighted least squares for the least relative error, which is 2^-28.
  auto p = Lanes::broadcast(0x1.6a23cep-10f);
  p = Lanes::fma(p, r, Lanes::broadcast(0x1.123a2p-7f));
  p = Lanes::fma(p, r, Lanes::broadcast(0x1.5558f2p-5f));
  p = Lanes::fma(p, r, Lanes::broadcast(0x1.555492p-3f));
  p = Lanes::fma(p, r, Lanes::broadcast(0x1.fffffcp-2f));
  const auto r_squared = Lanes::multiply(r, r);
  p = Lanes::add(Lanes::fma(p, r_squared, r), Lanes::broadcast(1.0f));
  const auto power = Lanes::template shift_left<23>(Lanes::bits_of(shifted));
  const auto result = Lanes::from_bits(Lanes::add_int(Lanes::bits_of(p), power));
  return Lanes::zero_where_less(x, lowest, result);
}

}  // namespace reckon
