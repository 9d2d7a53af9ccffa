#include <array>

#include "search/allocator.h"
#include "search/registry.h"

namespace reckon {

AllocatorEntry fixed_entry();
AllocatorEntry adaptive_entry();
AllocatorEntry saturation_entry();
AllocatorEntry flaws_entry();
AllocatorEntry diffadapt_entry();
AllocatorEntry compute_optimal_entry();
AllocatorEntry rollover_entry();
AllocatorEntry auto_entry();

std::span<const AllocatorEntry> allocators() {
  static const std::array table{fixed_entry(),     adaptive_entry(),        saturation_entry(), flaws_entry(),
                                diffadapt_entry(), compute_optimal_entry(), rollover_entry(),   auto_entry()};
  return table;
}

const AllocatorEntry& find_allocator(std::string_view name) {
  return find_entry(allocators(), name, "allocator", "'reckon allocators' lists all");
}

}  // namespace reckon
