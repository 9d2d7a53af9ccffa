// All kernels for plain C++.
#include "kernels/cpu/instantiate.h"
#include "kernels/cpu/lanes_scalar.h"
#include "kernels/cpu/words_scalar.h"
#include "kernels/dispatch.h"

namespace reckon {

constinit const KernelTable kScalarKernels = kernel_table<ScalarLanes, ScalarWords>(Isa::scalar, BlockList{});

}  // namespace reckon
