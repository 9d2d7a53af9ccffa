// All kernels for AVX2, FMA and F16C.
#include "kernels/cpu/instantiate.h"
#include "kernels/cpu/lanes_avx2.h"
#include "kernels/cpu/words_avx2.h"
#include "kernels/dispatch.h"

namespace reckon {

constinit const KernelTable kAvx2Kernels = kernel_table<Avx2Lanes, Avx2Words>(Isa::avx2, BlockList{});

}  // namespace reckon
