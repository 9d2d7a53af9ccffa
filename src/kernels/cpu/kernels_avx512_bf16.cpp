// What the kernels for AVX-512 have in addition with its BF16 instructions.
#include "kernels/cpu/instantiate.h"
#include "kernels/cpu/lanes_avx512.h"
#include "kernels/cpu/words_avx512_bf16.h"
#include "kernels/dispatch.h"

namespace reckon {

constinit const Bf16Kernels kAvx512Bf16Kernels = {panel_kernels<Avx512Bf16Words, blocks::BF16>(),
                                                  bf16_activations<Avx512Lanes, Avx512Bf16Words>(),
                                                  multiply_add_bf16<Avx512Lanes, Avx512Bf16Words>};

}  // namespace reckon
