#include "kernels/dispatch.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstdlib>

#include "base/error.h"

namespace reckon {
namespace {

struct IsaEntry {
  Isa isa;
  std::string_view name;
  const KernelTable* table;
};

KernelTable with_bf16(const KernelTable& narrower, Isa isa, const Bf16Kernels& bf16) {
  KernelTable table = narrower;
  table.isa = isa;
  table.panels[block_index(DType::bf16)] = bf16.panels;
  table.activations[static_cast<int>(ActivationKind::bf16)] = bf16.activations;
  table.multiply_add_bf16 = bf16.multiply_add;
  return table;
}
const KernelTable kAvx512TableWithBf16 = with_bf16(kAvx512Kernels, Isa::avx512_bf16, kAvx512Bf16Kernels);

const std::array kIsas = {IsaEntry{Isa::avx512_bf16, "avx512_bf16", &kAvx512TableWithBf16},
                          IsaEntry{Isa::avx512, "avx512", &kAvx512Kernels}, IsaEntry{Isa::avx2, "avx2", &kAvx2Kernels},
                          IsaEntry{Isa::scalar, "scalar", &kScalarKernels}};  // widest first

std::atomic<const KernelTable*> in_use{nullptr};

const KernelTable& choose() {
  const char* wanted = std::getenv("RECKON_ISA");
  if (wanted != nullptr && *wanted != '\0') return kernels(isa_named(wanted));
  for (const IsaEntry& entry : kIsas) {
    if (machine_has(entry.isa)) return *entry.table;
  }
  return kScalarKernels;
}

}  // namespace

std::string_view name_of(Isa isa) noexcept {
  for (const IsaEntry& entry : kIsas) {
    if (entry.isa == isa) return entry.name;
  }
  return "unknown";
}

Isa isa_named(std::string_view name) {
  for (const IsaEntry& entry : kIsas) {
    if (entry.name == name) return entry.isa;
  }
  throw Error(ErrorCode::bad_argument,
              fmt::format("'{}' is no instruction set; known are scalar, avx2, avx512, avx512_bf16", name), "RECKON_ISA");
}

bool machine_has(Isa isa) noexcept {
  switch (isa) {
    case Isa::scalar: return true;
    // F16C is used too; it is older than AVX2, and clang 14 cannot ask for it by name.
    case Isa::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case Isa::avx512:
      return machine_has(Isa::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
    case Isa::avx512_bf16: return machine_has(Isa::avx512) && __builtin_cpu_supports("avx512bf16");
  }
  return false;
}

const KernelTable& kernels(Isa isa) {
  for (const IsaEntry& entry : kIsas) {
    if (entry.isa != isa) continue;
    if (!machine_has(isa)) {
      throw Error(ErrorCode::unsupported, fmt::format("this machine has no {}; RECKON_ISA=scalar works everywhere", entry.name),
                  "instruction set");
    }
    return *entry.table;
  }
  throw Error(ErrorCode::internal, "instruction set outside the enumeration");
}

const KernelTable& kernels() {
  const KernelTable* table = in_use.load(std::memory_order_acquire);
  if (table == nullptr) {  // two threads may both choose; they choose the same
    table = &choose();
    in_use.store(table, std::memory_order_release);
  }
  return *table;
}

void use_isa(Isa isa) { in_use.store(&kernels(isa), std::memory_order_release); }

}  // namespace reckon
