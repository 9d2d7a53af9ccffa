#include "kernels/dispatch.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <iterator>

#include "base/error.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace reckon {
namespace {

constexpr std::array<std::string_view, std::size(kIsas)> kNames = {"scalar", "avx2", "avx512", "avx512_bf16", "neon"};  // by Isa

struct IsaEntry {
  Isa isa;
  const KernelTable* table;
  bool (*on_this_machine)() noexcept;
};
bool always() noexcept { return true; }

// What this build holds, widest first.
#if defined(__x86_64__)
// F16C is used too; it is older than AVX2, and clang 14 cannot ask for it by name.
bool has_avx2() noexcept { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() noexcept {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
}
bool has_avx512_bf16() noexcept { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

KernelTable with_bf16(const KernelTable& narrower, Isa isa, const Bf16Kernels& bf16) {
  KernelTable table = narrower;
  table.isa = isa;
  table.panels[block_index(DType::bf16)] = bf16.panels;
  table.activations[static_cast<int>(ActivationKind::bf16)] = bf16.activations;
  table.multiply_add_bf16 = bf16.multiply_add;
  return table;
}
const KernelTable kAvx512TableWithBf16 = with_bf16(kAvx512Kernels, Isa::avx512_bf16, kAvx512Bf16Kernels);

const std::array kBuilt = {IsaEntry{Isa::avx512_bf16, &kAvx512TableWithBf16, has_avx512_bf16},
                           IsaEntry{Isa::avx512, &kAvx512Kernels, has_avx512}, IsaEntry{Isa::avx2, &kAvx2Kernels, has_avx2},
                           IsaEntry{Isa::scalar, &kScalarKernels, always}};
#elif defined(__aarch64__)
bool has_dot_product() noexcept { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
constexpr std::array kBuilt = {IsaEntry{Isa::neon, &kNeonKernels, has_dot_product},
                               IsaEntry{Isa::scalar, &kScalarKernels, always}};
#else
constexpr std::array kBuilt = {IsaEntry{Isa::scalar, &kScalarKernels, always}};
#endif

const IsaEntry* built(Isa isa) noexcept {  // null: this build has none
  for (const IsaEntry& entry : kBuilt) {
    if (entry.isa == isa) return &entry;
  }
  return nullptr;
}

std::atomic<const KernelTable*> in_use{nullptr};

const KernelTable& choose() {
  const char* wanted = std::getenv("RECKON_ISA");
  if (wanted != nullptr && *wanted != '\0') return kernels(isa_named(wanted));
  for (const IsaEntry& entry : kBuilt) {
    if (entry.on_this_machine()) return *entry.table;
  }
  return kScalarKernels;
}

}  // namespace

std::string_view name_of(Isa isa) noexcept { return kNames[static_cast<std::size_t>(isa)]; }

Isa isa_named(std::string_view name) {
  for (const Isa isa : kIsas) {
    if (name_of(isa) == name) return isa;
  }
  throw Error(ErrorCode::bad_argument, fmt::format("'{}' is no instruction set; known are {}", name, fmt::join(kNames, ", ")),
              "RECKON_ISA");
}

bool machine_has(Isa isa) noexcept {
  const IsaEntry* entry = built(isa);
  return entry != nullptr && entry->on_this_machine();
}

const KernelTable& kernels(Isa isa) {
  const IsaEntry* entry = built(isa);
  if (entry == nullptr || !entry->on_this_machine()) {
    throw Error(ErrorCode::unsupported, fmt::format("this machine has no {}; RECKON_ISA=scalar works everywhere", name_of(isa)),
                "instruction set");
  }
  return *entry->table;
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
