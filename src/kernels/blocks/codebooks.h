// The two tables of sixteen values that 4-bit codes of IQ4_NL, IQ4_XS, MXFP4 and NVFP4 stand for. Source: specs card 1.2.
#pragma once

#include <cstdint>

namespace reckon::blocks {

// Denser around zero than an even grid, as weights are.
alignas(64) inline constexpr float kNonLinear4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// Twice the values of E2M1 (sign, two bits of exponent, one of mantissa), so that all are whole; scales are halved in return.
alignas(64) inline constexpr float kTwiceE2M1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// Both as the bytes that a packed block looks up.
alignas(16) inline constexpr std::int8_t kNonLinear4Bytes[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                                 1,    13,   25,  38,  53,  69,  89,  113};
alignas(16) inline constexpr std::int8_t kTwiceE2M1Bytes[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace reckon::blocks
