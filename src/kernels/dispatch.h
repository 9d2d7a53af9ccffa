// Which instruction set computes. Chosen once, from what the machine has or from RECKON_ISA, which names one of Isa; the choice
// is the only global mutable state of the project, and since every set gives the same bits it can change no result.
#pragma once

#include <string_view>

#include "kernels/cpu/table.h"

namespace reckon {

extern const KernelTable kScalarKernels;
extern const KernelTable kAvx2Kernels;        // x86-64 only
extern const KernelTable kAvx512Kernels;      // x86-64 only
extern const Bf16Kernels kAvx512Bf16Kernels;  // besides those of kAvx512Kernels
extern const KernelTable kNeonKernels;        // AArch64 only

std::string_view name_of(Isa isa) noexcept;
Isa isa_named(std::string_view name);  // throws Error bad_argument, listing the known names
bool machine_has(Isa isa) noexcept;    // and this build holds kernels for it

// The table of one instruction set, for tests and benchmarks. Throws Error unsupported if this machine lacks it.
const KernelTable& kernels(Isa isa);

// The table in use. At the first call the widest set the machine has, or what RECKON_ISA says: throws Error bad_argument if that
// is no known name, unsupported if the machine lacks it.
const KernelTable& kernels();

// Takes effect for calls of kernels() that come after. Throws as kernels(isa).
void use_isa(Isa isa);

}  // namespace reckon
