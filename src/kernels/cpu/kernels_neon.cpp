// All kernels for AArch64 with the dot product of armv8.2.
#include "kernels/cpu/instantiate.h"
#include "kernels/cpu/lanes_neon.h"
#include "kernels/cpu/words_neon.h"
#include "kernels/dispatch.h"

namespace reckon {

constinit const KernelTable kNeonKernels = kernel_table<NeonLanes, NeonWords>(Isa::neon, BlockList{});

}  // namespace reckon
