// What the tests of kernels share.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/dispatch.h"
#include "unit/kernels/guarded.h"

namespace reckon {

using Floats = Guarded<float>;

inline std::vector<Isa> wide_sets() {
  std::vector<Isa> sets;
  for (const Isa isa : kIsas) {
    if (isa != Isa::scalar && machine_has(isa)) sets.push_back(isa);
  }
  return sets;
}

inline Floats normals(std::mt19937& random, std::int64_t count, float deviation = 1.0f) {
  std::normal_distribution<float> normal(0.0f, deviation);
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

inline std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

inline void expect_same_bits(const Floats& got, const Floats& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(bits(got[i]), bits(want[i])) << what << " at " << i << ": " << got[i] << " and " << want[i];
  }
}

}  // namespace reckon
