// Words of AVX-512 on machines that multiply pairs of bf16. Include only from kernels_avx512_bf16.cpp.
#pragma once

#include "kernels/cpu/words_avx512.h"

namespace reckon {

struct Avx512Bf16Words : Avx512Words {
  // The upper halves' product is added first, then the lower halves', each rounded once, to nearest even; numbers below 2^-126
  // count as zero. Source: Intel's manual, VDPBF16PS; Zen 4 does so too (24 million random pairs of all exponents).
  static Floats dot_bf16(Floats sum, Words a, Words b) noexcept {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
};

}  // namespace reckon
