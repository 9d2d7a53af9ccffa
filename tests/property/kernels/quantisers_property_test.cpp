// For any finite row, from subnormal to the largest values a type takes: the error stays within the step of its block, and
// rounding what was decoded changes nothing more.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

using Values = std::vector<float>;

// The largest error of a value, as a share of its block's largest magnitude. Half of 1/127, 2/16 …, and some for the rounding of
// scales and codes: a K type's sub-block scale is up to half a 63rd off, and its levels need not span the values.
struct Bound {
  DType type;
  double share;
};
const std::vector<Bound> kBounds = {{DType::q8_0, 0.0045}, {DType::q4_0, 0.126}, {DType::q5_0, 0.063}, {DType::q5_1, 0.0345},
                                    {DType::q4_k, 0.16},   {DType::q5_k, 0.09},  {DType::q6_k, 0.04},  {DType::tq2_0, 0.502}};

// Magnitudes from 2^-149 to 2^15, which TQ2_0 and Q5_1 still take; some rows all alike, some with every value of its own size,
// some mostly zeros.
Values any_row() {
  const int lowest = *rc::gen::inRange(-149, 15), highest = *rc::gen::inRange(lowest, 16);
  const int zeros = *rc::gen::inRange(0, 10);
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  std::uniform_real_distribution<double> exponent(lowest, highest);
  Values row(512);
  for (float& value : row) {
    const double size = std::exp2(exponent(random));
    value = static_cast<float>(random() % 2 == 0 ? size : -size);
    if (static_cast<int>(random() % 10) < zeros) value = 0;
  }
  return row;
}

Values decoded(DType type, const std::vector<std::byte>& bytes) {
  Values out(512);
  dequantize_row(type, bytes, out);
  return out;
}

RC_GTEST_PROP(Quantisers, StayWithinTheStepOfTheBlock, ()) {
  const Values row = any_row();
  for (const auto& [type, share] : kBounds) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(row_bytes(type, 512)));
    quantize_row(type, row, bytes);
    const Values back = decoded(type, bytes);

    const std::size_t block = static_cast<std::size_t>(dtype_info(type).block_elements);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto from = row.begin() + static_cast<std::ptrdiff_t>(i / block * block);
      double largest = 0;
      for (auto at = from; at != from + static_cast<std::ptrdiff_t>(block); ++at)
        largest = std::max(largest, std::fabs(double{*at}));
      // A scale below 2^-14 is a multiple of 2^-24; Q6_K multiplies half of that by up to 128 * 32.
      const double underflow = 128 * 32 * 0x1p-25;
      RC_ASSERT(std::fabs(double{row[i]} - back[i]) <= share * largest + underflow);
    }
  }
}

RC_GTEST_PROP(Quantisers, ChangeNothingTheSecondTime, ()) {
  const Values row = any_row();
  for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q8_0, DType::q4_0, DType::q5_0, DType::tq2_0}) {
    std::vector<std::byte> once(static_cast<std::size_t>(row_bytes(type, 512))), twice(once.size());
    quantize_row(type, row, once);
    quantize_row(type, decoded(type, once), twice);
    RC_ASSERT(decoded(type, once) == decoded(type, twice));
  }
}

}  // namespace
}  // namespace reckon
