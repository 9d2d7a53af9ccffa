// All kernels for AVX-512 F, BW, VL and DQ.
#include "kernels/cpu/instantiate.h"
#include "kernels/cpu/lanes_avx512.h"
#include "kernels/cpu/words_avx512.h"
#include "kernels/dispatch.h"

namespace reckon {

constinit const KernelTable kAvx512Kernels = kernel_table<Avx512Lanes, Avx512Words>(Isa::avx512, BlockList{});

}  // namespace reckon
